"""Hosts that hold scripts of other programs: shell, SQL, Nix, Terraform, YAML."""
