"""Its tables behind figures, one file each."""
