"""JKS and JCEKS, the formats of Java itself."""
