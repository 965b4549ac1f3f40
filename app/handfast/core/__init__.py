"""Values: the store, its entries, certificates, passwords, history, errors. No I/O, no Qt."""

import warnings

# Real stores hold certificates with odd serial numbers, encodings and algorithms. The libraries
# warn of each at the line of ours that reads it; Handfast shows what is odd itself. A filter for
# our own modules, set once, and not ``catch_warnings`` around each reading: that exchanges the
# filters of the whole process, so that two threads leave them as the slower one found them.
warnings.filterwarnings("ignore", module=r"handfast\.")
# The same of the names in a server's request, which pyOpenSSL has read on the way.
warnings.filterwarnings("ignore", message="Attribute's length must be", category=UserWarning)
