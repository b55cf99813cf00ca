"""The name of this area's stamp (`base.stamps`)."""

AREA = "catalog"
