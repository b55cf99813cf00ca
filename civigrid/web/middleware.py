def request_log(get_response): return get_response
def acting(get_response): return get_response
