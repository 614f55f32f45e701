"""Takes the files that match out of wheels: unpack.py DEST WHEEL... -- PATTERN...

Set-up calls it with the Python of .venv; nothing but the standard library is used.
"""

import fnmatch
import os
import sys
import zipfile


def main(arguments):
    cut = arguments.index("--")
    dest, wheels, patterns = arguments[0], arguments[1:cut], arguments[cut + 1 :]
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                if entry.is_dir() or not any(fnmatch.fnmatchcase(entry.filename, p) for p in patterns):
                    continue
                path = archive.extract(entry, dest)
                mode = entry.external_attr >> 16
                if mode & 0o111:
                    os.chmod(path, mode & 0o777)
        os.remove(wheel)


try:
    main(sys.argv[1:])
except (OSError, zipfile.BadZipFile) as error:
    sys.exit(f"error: {error}")
