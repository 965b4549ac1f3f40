"""Setting mutual TLS up with a partner: the wizard, its pages, and where partnerships are kept."""
