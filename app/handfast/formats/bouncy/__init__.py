"""The formats of Bouncy Castle: BKS and UBER."""
