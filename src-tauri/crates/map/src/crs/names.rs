//! Names and codes that mean a system of the register, beside its own code.
//!
//! Files with ESRI's WKT carry no codes; these are the names that such files bear most. A name that is not here costs no
//! more than the code: the definition that stands beside the name is used instead.

use super::System;

/// WGS 84 in degrees, with or without a height.
pub(super) fn is_wgs84(code: u32) -> bool {
    matches!(code, 4326 | 4979)
}

/// The code that is used today, for those that were used before there was one.
pub(super) fn current(code: u32) -> u32 {
    match code {
        900_913 | 3785 | 41_001 | 102_100 | 102_113 => 3857,
        other => other,
    }
}

/// The geographic systems of the register whose unit is the grad.
pub(super) fn in_grads(code: u32) -> bool {
    matches!(code, 4807 | 4810 | 4811 | 4816 | 4819 | 4821 | 4901 | 4902)
}

/// Codes whose definition in the register here puts things a kilometre or more from where PROJ puts them: old grids with axes
/// to the south and west, on spheres, from other meridians, in chains. They are refused rather than drawn in the wrong place.
pub(super) fn is_mistaken(code: u32) -> bool {
    const MISTAKEN: &[u32] =
        &[2065, 2155, 2194, 3167, 3303, 3973, 3974, 3975, 4055, 4296, 4688, 5513, 6200, 6996, 6997, 8044, 8045, 26_591, 26_592];
    MISTAKEN.contains(&code)
}

/// `CRS84` in its spellings: degrees on WGS 84, longitude first.
pub(super) fn is_crs84(text: &str) -> bool {
    let last = text.rsplit([':', '/']).next().unwrap_or(text);
    ["CRS84", "CRS84h", "WGS84", "WGS 84", "WGS-84"].iter().any(|name| last.eq_ignore_ascii_case(name))
}

/// OGC's own codes with longitude first.
pub(super) fn ogc(code: &str) -> Option<u32> {
    match code.to_ascii_uppercase().as_str() {
        "CRS83" => Some(4269),
        "CRS27" => Some(4267),
        _ => None,
    }
}

/// ESRI's own codes that are in use outside of ESRI's programs.
pub(super) fn esri_code(code: u32) -> System {
    let wgs84 = "+datum=WGS84 +units=m +no_defs";
    let proj = match code {
        102_100 | 102_113 => return System::epsg(3857),
        54_004 => return System::epsg(3395),
        54_001 | 54_002 => format!("+proj=eqc +lat_ts={} +lat_0=0 +lon_0=0 {wgs84}", if code == 54_002 { 60 } else { 0 }),
        54_003 => format!("+proj=mill +lon_0=0 +R_A {wgs84}"),
        54_008 => format!("+proj=sinu +lon_0=0 {wgs84}"),
        54_009 => format!("+proj=moll +lon_0=0 {wgs84}"),
        54_030 => format!("+proj=robin +lon_0=0 {wgs84}"),
        54_034 => format!("+proj=cea +lat_ts=0 +lon_0=0 {wgs84}"),
        54_032 => format!("+proj=aeqd +lat_0=0 +lon_0=0 {wgs84}"),
        102_003 => "+proj=aea +lat_0=37.5 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +datum=NAD83 +units=m +no_defs".to_owned(),
        102_001 => "+proj=aea +lat_0=40 +lon_0=-96 +lat_1=50 +lat_2=70 +datum=NAD83 +units=m +no_defs".to_owned(),
        102_004 => "+proj=lcc +lat_0=39 +lon_0=-96 +lat_1=33 +lat_2=45 +datum=NAD83 +units=m +no_defs".to_owned(),
        102_008 => "+proj=aea +lat_0=40 +lon_0=-96 +lat_1=20 +lat_2=60 +datum=NAD83 +units=m +no_defs".to_owned(),
        102_013 => "+proj=aea +lat_0=30 +lon_0=10 +lat_1=43 +lat_2=62 +ellps=intl +towgs84=-87,-98,-121 +units=m".to_owned(),
        _ => return System::named(format!("ESRI:{code}")),
    };
    System { given: Some(proj.clone()), proj: Some(proj), ..System::named(format!("ESRI:{code}")) }
}

/// The code that ESRI's name means.
pub(super) fn esri(name: &str) -> Option<u32> {
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, code)| *code).or_else(|| zone(name))
}

/// Names with a number in them: the zones of UTM and its like.
fn zone(name: &str) -> Option<u32> {
    for (prefix, north, south, zones) in ZONES {
        let Some(rest) = name.get(..prefix.len()).filter(|p| p.eq_ignore_ascii_case(prefix)).map(|_| &name[prefix.len()..])
        else {
            continue;
        };
        let digits = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let number: u32 = digits.parse().ok().filter(|n| (zones.0..=zones.1).contains(n))?;
        return match &rest[digits.len()..] {
            "" | "N" | "n" => north.map(|base| base + number),
            "S" | "s" => south.map(|base| base + number),
            _ => None,
        };
    }
    None
}

type Zone = (&'static str, Option<u32>, Option<u32>, (u32, u32));

/// Prefix, what is added to a northern and to a southern zone, first and last zone.
const ZONES: &[Zone] = &[
    ("WGS_1984_UTM_Zone_", Some(32_600), Some(32_700), (1, 60)),
    ("WGS 84 / UTM zone ", Some(32_600), Some(32_700), (1, 60)),
    ("NAD_1983_UTM_Zone_", Some(26_900), None, (1, 23)),
    ("NAD83 / UTM zone ", Some(26_900), None, (1, 23)),
    ("NAD_1927_UTM_Zone_", Some(26_700), None, (1, 22)),
    ("ETRS_1989_UTM_Zone_", Some(25_800), None, (28, 38)),
    ("ETRS89 / UTM zone ", Some(25_800), None, (28, 38)),
    ("ED_1950_UTM_Zone_", Some(23_000), None, (28, 38)),
    ("SIRGAS_2000_UTM_Zone_", Some(31_954), Some(31_960), (11, 25)),
    ("GDA_1994_MGA_Zone_", Some(28_300), None, (48, 58)),
    ("GDA2020_MGA_Zone_", Some(7_800), None, (46, 59)),
    ("DHDN_3_Degree_Gauss_Zone_", Some(31_464), None, (2, 5)),
    ("JGD_2000_Japan_Zone_", Some(2_442), None, (1, 19)),
    ("JGD_2011_Japan_Zone_", Some(6_668), None, (1, 19)),
];

const NAMES: &[(&str, u32)] = &[
    ("GCS_WGS_1984", 4326),
    ("GCS_North_American_1983", 4269),
    ("GCS_North_American_1927", 4267),
    ("GCS_ETRS_1989", 4258),
    ("GCS_European_1950", 4230),
    ("GCS_OSGB_1936", 4277),
    ("GCS_NTF", 4275),
    ("GCS_NTF_Paris", 4807),
    ("GCS_RGF_1993", 4171),
    ("GCS_Deutsches_Hauptdreiecksnetz", 4314),
    ("GCS_Amersfoort", 4289),
    ("GCS_Belge_1972", 4313),
    ("GCS_CH1903", 4149),
    ("GCS_CH1903+", 4150),
    ("GCS_MGI", 4312),
    ("GCS_S_JTSK", 4156),
    ("GCS_Pulkovo_1942", 4284),
    ("GCS_KKJ", 4123),
    ("GCS_RT_1990", 4124),
    ("GCS_SWEREF99", 4619),
    ("GCS_TM65", 4299),
    ("GCS_Monte_Mario", 4265),
    ("GCS_GDA_1994", 4283),
    ("GCS_GDA2020", 7844),
    ("GCS_NZGD_2000", 4167),
    ("GCS_New_Zealand_1949", 4272),
    ("GCS_Tokyo", 4301),
    ("GCS_JGD_2000", 4612),
    ("GCS_JGD_2011", 6668),
    ("GCS_SIRGAS_2000", 4674),
    ("GCS_South_American_1969", 4618),
    ("GCS_WGS_1972", 4322),
    ("GCS_China_Geodetic_Coordinate_System_2000", 4490),
    ("WGS 84", 4326),
    ("WGS_1984_Web_Mercator_Auxiliary_Sphere", 3857),
    ("WGS_1984_Web_Mercator", 3857),
    ("WGS 84 / Pseudo-Mercator", 3857),
    ("Popular Visualisation CRS / Mercator", 3857),
    ("WGS_1984_World_Mercator", 3395),
    ("World_Mercator", 3395),
    ("RGF_1993_Lambert_93", 2154),
    ("RGF93 / Lambert-93", 2154),
    ("RGF93 v1 / Lambert-93", 2154),
    ("NTF_France_II_degrees", 27_582),
    ("NTF_Lambert_Zone_II", 27_572),
    ("NTF_Lambert_II_Carto", 27_572),
    ("British_National_Grid", 27_700),
    ("OSGB 1936 / British National Grid", 27_700),
    ("OSGB36 / British National Grid", 27_700),
    ("CH1903_LV03", 21_781),
    ("CH1903+_LV95", 2056),
    ("RD_New", 28_992),
    ("Amersfoort / RD New", 28_992),
    ("Belge_Lambert_1972", 31_370),
    ("Belge_Lambert_2008", 3812),
    ("ETRS_1989_LAEA", 3035),
    ("ETRS89 / LAEA Europe", 3035),
    ("ETRS89-extended / LAEA Europe", 3035),
    ("ETRS_1989_LCC", 3034),
    ("ETRS_1989_Poland_CS92", 2180),
    ("ETRS_1989_TM35FIN", 3067),
    ("EUREF_FIN_TM35FIN", 3067),
    ("SWEREF99_TM", 3006),
    ("RT90_25_gon_W", 3021),
    ("MGI_Austria_Lambert", 31_287),
    ("S-JTSK_Krovak_East_North", 5514),
    ("TM65_Irish_Grid", 29_902),
    ("IRENET95_Irish_Transverse_Mercator", 2157),
    ("Monte_Mario_Italy_1", 3003),
    ("Monte_Mario_Italy_2", 3004),
    ("NZGD_2000_New_Zealand_Transverse_Mercator", 2193),
    ("GD_1949_New_Zealand_Map_Grid", 27_200),
    ("GDA_1994_Australia_Albers", 3577),
    ("NAD_1983_Contiguous_USA_Albers", 5070),
    ("NAD_1983_Alaska_Albers", 3338),
    ("NAD_1983_Statistics_Canada_Lambert", 3347),
    ("NAD_1983_California_Teale_Albers", 3310),
    ("NSIDC_Sea_Ice_Polar_Stereographic_North", 3413),
    ("WGS_1984_NSIDC_Sea_Ice_Polar_Stereographic_North", 3413),
    ("WGS_1984_Antarctic_Polar_Stereographic", 3031),
    ("WGS_1984_EASE_Grid_2_Global", 6933),
];
