//! The words of PostgreSQL's SQL and of PostGIS, for an editor. Taken from a server's own catalog.

/// Key words.
pub(super) const KEYWORDS: &str = "abort add after all alter always analyse analyze and any array as asc asymmetric at authorization before begin \
    between binary both by cascade case cast check close coalesce collate collation column comment commit \
    concurrently conflict constraint copy create cross cube current current_catalog current_date current_role \
    current_schema current_time current_timestamp current_user cursor database day dec declare default deferrable \
    delete desc disable distinct do drop else enable end escape except exclude execute exists explain extension \
    extract false fetch filter first following for foreign freeze from full function generated grant greatest group \
    grouping having hour identity if ilike in include index initially inner inout insert intersect into is isnull \
    join key language last lateral leading least left level like limit localtime localtimestamp lock logged mapping \
    matched materialized merge minute month move names national natural nchar next none normalize not nothing \
    notnull null nullif nulls of offset on only option or order ordinality out outer over overlaps overlay partition \
    placing policy position preceding prepare primary procedure publication range recursive references refresh \
    reindex rename replace reset restrict returning returns revoke right role rollback rollup row rows rule \
    savepoint schema second select sequence serializable session_user set setof sets share show similar skip some \
    start statement stored substring symmetric table tablesample temp temporary then ties to trailing transaction \
    treat trigger trim true truncate type unbounded union unique unlogged update user using vacuum values variadic \
    verbose view when where window with within without work xmlattributes xmlconcat xmlelement xmlexists xmlforest \
    xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable year zone";

/// Types.
pub(super) const TYPES: &str = "bigint bigserial bit boolean box bytea char character cidr circle citext date daterange decimal double float \
    float4 float8 geography geometry hstore inet int int2 int4 int4range int8 int8range integer interval json jsonb \
    jsonpath line lseg macaddr money name numeric numrange oid path point polygon precision raster real regclass \
    serial smallint smallserial text time timestamp timestamptz timetz tsquery tsrange tstzrange tsvector uuid \
    varbit varchar varying xml";

/// Functions worth completing.
pub(super) const FUNCTIONS: &str = "abs age array_agg array_append array_length array_position array_to_string ascii avg bit_and bit_or bool_and \
    bool_or btrim cardinality cbrt ceil ceiling char_length chr clock_timestamp concat concat_ws corr count \
    cume_dist current_database current_schema current_setting date_bin date_part date_trunc decode degrees \
    dense_rank div encode every exp first_value floor format format_type gen_random_uuid generate_series \
    generate_subscripts geometrytype initcap isfinite json_agg json_array_elements json_build_object json_object_agg \
    jsonb_agg jsonb_array_elements jsonb_array_length jsonb_build_object jsonb_each jsonb_object_agg \
    jsonb_object_keys jsonb_path_query jsonb_pretty jsonb_typeof justify_interval lag last_value lead length ln log \
    lower lpad ltrim make_date make_interval make_timestamp max md5 min mod mode now nth_value ntile num_nonnulls \
    parse_ident percent_rank percentile_cont percentile_disc pg_backend_pid pg_database_size pg_relation_size \
    pg_size_pretty pg_table_size pg_total_relation_size pg_typeof pi position postgis_full_version postgis_version \
    power radians random rank regexp_match regexp_matches regexp_replace regexp_split_to_table repeat replace \
    reverse right round row_number row_to_json rpad rtrim scale setseed sign split_part sqrt st_3dclosestpoint \
    st_3ddfullywithin st_3ddistance st_3ddwithin st_3dextent st_3dintersects st_3dlength st_3dlineinterpolatepoint \
    st_3dlongestline st_3dmakebox st_3dmaxdistance st_3dperimeter st_3dshortestline st_addmeasure st_addpoint \
    st_affine st_angle st_area st_area2d st_asbinary st_asencodedpolyline st_asewkb st_asewkt st_asflatgeobuf \
    st_asgeobuf st_asgeojson st_asgml st_ashexewkb st_askml st_aslatlontext st_asmarc21 st_asmvt st_asmvtgeom \
    st_assvg st_astext st_astwkb st_asx3d st_azimuth st_bdmpolyfromtext st_bdpolyfromtext st_boundary \
    st_boundingdiagonal st_box2dfromgeohash st_buffer st_buildarea st_centroid st_chaikinsmoothing st_cleangeometry \
    st_clipbybox2d st_closestpoint st_closestpointofapproach st_clusterintersecting st_clusterwithin st_collect \
    st_collectionextract st_collectionhomogenize st_combinebbox st_concavehull st_contains st_containsproperly \
    st_convexhull st_coorddim st_coveredby st_covers st_cpawithin st_crosses st_curvetoline st_delaunaytriangles \
    st_dfullywithin st_difference st_dimension st_disjoint st_distance st_distancecpa st_distancesphere \
    st_distancespheroid st_dump st_dumppoints st_dumprings st_dumpsegments st_dwithin st_endpoint st_envelope \
    st_equals st_estimatedextent st_expand st_extent st_exteriorring st_filterbym st_flipcoordinates st_force2d \
    st_force3d st_force3dm st_force3dz st_force4d st_forcecollection st_forcecurve st_forcepolygonccw \
    st_forcepolygoncw st_forcerhr st_forcesfs st_frechetdistance st_fromflatgeobuf st_generatepoints st_geogfromtext \
    st_geogfromwkb st_geographyfromtext st_geohash st_geomcollfromtext st_geomcollfromwkb st_geometricmedian \
    st_geometryfromtext st_geometryn st_geometrytype st_geomfromewkb st_geomfromewkt st_geomfromgeohash \
    st_geomfromgeojson st_geomfromgml st_geomfromkml st_geomfrommarc21 st_geomfromtext st_geomfromtwkb \
    st_geomfromwkb st_hasarc st_hausdorffdistance st_hexagon st_hexagongrid st_interiorringn st_interpolatepoint \
    st_intersection st_intersects st_isclosed st_iscollection st_isempty st_ispolygonccw st_ispolygoncw st_isring \
    st_issimple st_isvalid st_isvaliddetail st_isvalidreason st_isvalidtrajectory st_length st_length2d \
    st_length2dspheroid st_lengthspheroid st_linecrossingdirection st_linefromencodedpolyline st_linefrommultipoint \
    st_linefromtext st_linefromwkb st_lineinterpolatepoint st_lineinterpolatepoints st_linelocatepoint st_linemerge \
    st_linestringfromwkb st_linesubstring st_linetocurve st_locatealong st_locatebetween st_locatebetweenelevations \
    st_longestline st_m st_makebox2d st_makeenvelope st_makeline st_makepoint st_makepointm st_makepolygon \
    st_makevalid st_maxdistance st_maximuminscribedcircle st_memsize st_minimumboundingcircle \
    st_minimumboundingradius st_minimumclearance st_minimumclearanceline st_mlinefromtext st_mlinefromwkb \
    st_mpointfromtext st_mpointfromwkb st_mpolyfromtext st_mpolyfromwkb st_multi st_multilinefromwkb \
    st_multilinestringfromtext st_multipointfromtext st_multipointfromwkb st_multipolyfromwkb \
    st_multipolygonfromtext st_ndims st_node st_normalize st_npoints st_nrings st_numgeometries st_numinteriorring \
    st_numinteriorrings st_numpatches st_numpoints st_offsetcurve st_orderingequals st_orientedenvelope st_overlaps \
    st_patchn st_perimeter st_perimeter2d st_point st_pointfromgeohash st_pointfromtext st_pointfromwkb \
    st_pointinsidecircle st_pointm st_pointn st_pointonsurface st_points st_pointz st_pointzm st_polyfromtext \
    st_polyfromwkb st_polygon st_polygonfromtext st_polygonfromwkb st_polygonize st_project st_quantizecoordinates \
    st_reduceprecision st_relate st_relatematch st_removepoint st_removerepeatedpoints st_reverse st_rotate \
    st_rotatex st_rotatey st_rotatez st_scale st_segmentize st_seteffectivearea st_setpoint st_setsrid \
    st_sharedpaths st_shiftlongitude st_shortestline st_simplify st_simplifypolygonhull st_simplifypreservetopology \
    st_simplifyvw st_snap st_snaptogrid st_split st_square st_squaregrid st_srid st_startpoint st_subdivide \
    st_summary st_swapordinates st_symdifference st_symmetricdifference st_tileenvelope st_touches st_transform \
    st_translate st_transscale st_triangulatepolygon st_unaryunion st_union st_voronoilines st_voronoipolygons \
    st_within st_wrapx st_x st_xmax st_xmin st_y st_ymax st_ymin st_z st_zmax st_zmflag st_zmin starts_with stddev \
    stddev_pop string_agg string_to_array string_to_table strpos substr sum timezone to_char to_date to_json \
    to_jsonb to_number to_timestamp to_tsquery to_tsvector translate trunc unnest upper var_pop variance version \
    width_bucket xmlagg";
