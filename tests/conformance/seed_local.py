"""Seeds the files for Local data's conformance, and says what SQLite itself holds: by Python's own SQLite, not by ours.

seed_local.py seed FOLDER      writes the files
seed_local.py truth FOLDER     reads one statement a line (JSON) from stdin, answers one line of rows (JSON) each
"""

import hashlib
import json
import os
import sqlite3
import struct
import sys

HOSTILE = 'Hostile "schema"; DROP TABLE x; --'
FILES = ["geo.gpkg", "kinds.db", "many.db", "types.db", HOSTILE + ".db"]
NAN = float("nan")


def head(code):
    return struct.pack("<BI", 1, code)


def xy(points):
    return b"".join(struct.pack("<%dd" % len(p), *p) for p in points)


def point(p, code=1):
    return head(code) + xy([p])


def line(points, code=2):
    return head(code) + struct.pack("<I", len(points)) + xy(points)


def polygon(rings):
    return head(3) + struct.pack("<I", len(rings)) + b"".join(struct.pack("<I", len(r)) + xy(r) for r in rings)


def many(code, parts):
    return head(code) + struct.pack("<I", len(parts)) + b"".join(parts)


def blob(wkb, srs, box=None, empty=False):
    """Least x, greatest x, least y, greatest y."""
    flags = 1 | (2 if box else 0) | (16 if empty else 0)
    return b"GP" + struct.pack("<BBi", 0, flags, srs) + (struct.pack("<4d", *box) if box else b"") + wkb


STANDARD = """
PRAGMA application_id = 0x47504B47;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES ('none', -1, 'NONE', -1, 'undefined', ''), ('none', 0, 'NONE', 0, 'undefined', ''), ('WGS 84', 4326, 'EPSG', 4326, 'undefined', ''), ('Mercator', 3857, 'EPSG', 3857, 'undefined', '');
"""


def geo(db):
    db.executescript(STANDARD)
    square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 0.0)]
    shapes = {
        "points": ("POINT", 4326, 0, 0, [(point((-3.7, 40.4)), None), (point((2.35, 48.86)), None), (point((NAN, NAN)), "empty")]),
        "linestrings": ("LINESTRING", 4326, 0, 0, [(line([(0.0, 0.0), (1.0, 2.0)]), (0.0, 1.0, 0.0, 2.0))]),
        "polygons": ("POLYGON", 4326, 0, 0, [(polygon([square]), (0.0, 4.0, 0.0, 4.0))]),
        "multipoints": ("MULTIPOINT", 4326, 0, 0, [(many(4, [point((1.0, 1.0)), point((2.0, 2.0))]), (1.0, 2.0, 1.0, 2.0))]),
        "multilinestrings": ("MULTILINESTRING", 4326, 0, 0, [(many(5, [line([(0.0, 0.0), (1.0, 1.0)])]), (0.0, 1.0, 0.0, 1.0))]),
        "multipolygons": ("MULTIPOLYGON", 4326, 0, 0, [(many(6, [polygon([square]), polygon([square])]), (0.0, 4.0, 0.0, 4.0))]),
        "collections": ("GEOMETRYCOLLECTION", 4326, 0, 0, [(many(7, [point((1.0, 1.0)), line([(0.0, 0.0), (1.0, 1.0)])]), (0.0, 1.0, 0.0, 1.0))]),
        "points_z": ("POINT", 4326, 1, 0, [(point((1.0, 2.0, 3.0), 1001), None)]),
        "points_m": ("POINT", 4326, 0, 1, [(point((1.0, 2.0, 3.0), 2001), None)]),
        "lines_zm": ("LINESTRING", 4326, 1, 1, [(line([(1.0, 2.0, 3.0, 4.0), (5.0, 6.0, 7.0, 8.0)], 3002), None)]),
        "mercator": ("POINT", 3857, 0, 0, [(point((-411943.4, 4926201.9)), None)]),
        "without_srid": ("POINT", 0, 0, 0, [(point((1.0, 2.0)), None)]),
    }
    for name, (kind, srs, z, m, rows) in shapes.items():
        db.execute('CREATE TABLE "%s" (id INTEGER PRIMARY KEY, geom %s)' % (name, kind))
        for at, (wkb, box) in enumerate(rows):
            empty = box == "empty"
            db.execute('INSERT INTO "%s" VALUES (?, ?)' % name, (at + 1, blob(wkb, srs, None if empty else box, empty)))
        db.execute('INSERT INTO "%s" VALUES (?, NULL)' % name, (len(rows) + 1,))
        db.execute("INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', '2024-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, ?)", (name, name, srs))
        db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, ?, ?)", (name, kind, srs, z, m))
    db.execute("CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT NOT NULL, population INTEGER, geom POINT NOT NULL)")
    db.execute("CREATE VIRTUAL TABLE rtree_places_geom USING rtree(id, minx, maxx, miny, maxy)")
    for i in range(5000):
        x, y = (i % 100) * 3.6 - 179.9, (i // 100) * 3.4 - 84.9
        db.execute("INSERT INTO places VALUES (?, ?, ?, ?)", (i, "place %d" % i, (i * 7919) % 1000000, blob(point((x, y)), 4326)))
        db.execute("INSERT INTO rtree_places_geom VALUES (?, ?, ?, ?, ?)", (i, x, x, y, y))
    db.execute("CREATE VIEW places_view AS SELECT id, name, geom FROM places WHERE id < 100")
    for name in ("places", "places_view"):
        db.execute("INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', '2024-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, 4326)", (name, name))
        db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', 4326, 0, 0)", (name,))


def kinds(db):
    db.executescript(
        """
        CREATE TABLE plain_table (id INTEGER PRIMARY KEY, name TEXT NOT NULL, amount NUMERIC(12,2) DEFAULT 0, noted DATETIME);
        INSERT INTO plain_table VALUES (1, 'a', 1.5, '2024-01-01T00:00:00.000Z'), (2, 'b', NULL, NULL);
        CREATE VIEW plain_view AS SELECT id, name, amount * 2 AS double_amount FROM plain_table;
        CREATE VIRTUAL TABLE words USING fts5(text);
        CREATE TABLE without_key (a INT, b TEXT);
        INSERT INTO without_key VALUES (1, 'x'), (1, 'x'), (NULL, NULL);
        CREATE TABLE unique_key (code TEXT NOT NULL, part INTEGER NOT NULL, note TEXT, UNIQUE (code, part));
        CREATE TABLE nullable_unique (code TEXT UNIQUE, note TEXT);
        CREATE TABLE composite_key (country CHAR(2), number INT, label VARCHAR(40), PRIMARY KEY (country, number)) WITHOUT ROWID;
        INSERT INTO composite_key VALUES ('DE', 1, 'DE-1');
        CREATE TABLE empty_table (id INTEGER PRIMARY KEY);
        CREATE TABLE strict_table (id INTEGER PRIMARY KEY, a ANY, b REAL) STRICT;
        """
    )


def types(db):
    db.execute("CREATE TABLE numbers (id INTEGER PRIMARY KEY, n INTEGER, hash TEXT)")
    rows = ((i, i * 37 % 1000, hashlib.md5(str(i).encode()).hexdigest()) for i in range(1, 100001))
    db.executemany("INSERT INTO numbers VALUES (?, ?, ?)", rows)
    db.execute(
        "CREATE TABLE every_type (id INTEGER PRIMARY KEY, c_bool BOOLEAN, c_int8 INTEGER, c_small SMALLINT, c_real REAL, c_numeric NUMERIC(10,2), "
        "c_text TEXT, c_varchar VARCHAR(40), c_blob BLOB, c_date DATE, c_datetime DATETIME, c_any, c_mixed INTEGER, c_json JSON)"
    )
    largest, least = 2**63 - 1, -(2**63)
    rows = [
        (1, 1, largest, 7, 0.1 + 0.2, 12.5, "text", "Ünï 表 🗺", b"\0\xff", "2024-02-29", "2024-02-29T23:59:59.999Z", 1, 1, '{"a": 1}'),
        (2, 0, least, -7, -1e308, 3, "", "'; DROP TABLE x; --", b"", "0001-01-01", "0001-01-01T00:00:00.000Z", 2, "two", "[]"),
        (3, None, None, None, None, None, None, None, None, None, None, None, None, None),
        (4, 1, 0, 0, 5e-324, -0.01, "a\nb\tc", "\\", b"GP", "9999-12-31", "9999-12-31T23:59:59.000Z", 4, 2.5, "null"),
        (5, 0, 9007199254740993, 1, float("inf"), 1e15, " \u202e ", "x" * 40, bytes(range(256)), "1970-01-01", "1970-01-01T00:00:00.000Z", 5, "five", "1"),
        (6, 1, -1, 2, 1.0, 2**53, "NULL", "null", b"x'00'", "2000-01-01", "2000-01-01T12:30:00.500Z", 6, None, '""'),
    ]
    db.executemany("INSERT INTO every_type VALUES (%s)" % ", ".join("?" * 14), rows)


def hostile(db):
    for name in ['"', "'; DROP TABLE x; --", "a.b", "ünï 表 🗺\u202e", "select", "a\nb", "{}s", "x]y`z"]:
        quoted = name.replace('"', '""')
        db.execute('CREATE TABLE "%s" ("%s" TEXT, "other ""column""; --" INTEGER, "Select it" REAL)' % (quoted, quoted))
        db.execute('INSERT INTO "%s" VALUES (?, 1, 2.5)' % quoted, (name,))


def seed(folder):
    makers = [geo, kinds, lambda db: [db.execute('CREATE TABLE "table_%04d" (id INTEGER PRIMARY KEY)' % n) for n in range(1, 301)], types, hostile]
    for name, make in zip(FILES, makers):
        db = sqlite3.connect(os.path.join(folder, name))
        db.executescript("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        make(db)
        db.commit()
        db.close()


def printed(value):
    if value is None:
        return None
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, float):
        return repr(value)
    return str(value)


def truth(folder):
    for asked in sys.stdin:
        db = sqlite3.connect(":memory:")
        for name in FILES:
            db.execute("ATTACH ? AS \"%s\"" % os.path.splitext(name)[0].replace('"', '""'), (os.path.join(folder, name),))
        rows = db.execute(json.loads(asked)).fetchall()
        print(json.dumps([[printed(value) for value in row] for row in rows]), flush=True)
        db.close()


{"seed": seed, "truth": truth}[sys.argv[1]](sys.argv[2])
