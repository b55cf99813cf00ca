"""受理台: what whoever answers the telephone works with."""
