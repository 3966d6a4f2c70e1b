"""Read by every Python process that the tests start: the network guard holds there too."""

import guard

guard.install()
