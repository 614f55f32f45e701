"""Writes the golden files of room formats/ with the programs that the field uses.

Made with numpy 2.4.6, scipy 1.17.1, segyio 1.9.14, obspy 1.5.1 (Python 3.11):
    python -m venv V && V/bin/pip install numpy==2.4.6 scipy==1.17.1 segyio==1.9.14 obspy==1.5.1
    V/bin/python test/golden/formats/make.py [npy segy sac miniseed mat]
"""
import sys

import make_mat
import make_miniseed
import make_npy
import make_sac
import make_segy

ALL = {"npy": make_npy, "segy": make_segy, "sac": make_sac, "miniseed": make_miniseed, "mat": make_mat}

for name in sys.argv[1:] or ALL:
    ALL[name].make()
