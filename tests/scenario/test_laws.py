"""The laws, few rounds of each; laws.py runs more."""

import unittest

from laws import Laws  # noqa: F401

if __name__ == "__main__":
    unittest.main()
