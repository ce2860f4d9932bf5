"""Packages that are installed as far as Python finds them."""


def installed(folder, name, entry_points, module):
    """Put a package of one module into a folder, found once the folder is on Python's path."""
    (folder / f"{name}.py").write_text(module)
    information = folder / f"{name}-1.0.dist-info"
    information.mkdir()
    text = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n"
    (information / "METADATA").write_text(text)
    (information / "entry_points.txt").write_text(entry_points)
    return folder
