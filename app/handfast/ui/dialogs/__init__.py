"""Small dialogs: new keystore, save as, change password, rename, about."""
