"""`python -m bench [--json | --markdown] [name ...]`"""

import sys

from bench.frame import main

sys.exit(main(sys.argv[1:]))
