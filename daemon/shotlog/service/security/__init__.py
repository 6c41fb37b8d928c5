"""CURVE keys, the ZAP authenticator, and the folders whose media may be read."""
