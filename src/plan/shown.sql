-- Foreign texts in files that people open. The variable `guard` says whether a text that a spreadsheet would take for a formula gets an apostrophe in front.
create temp macro cleaned(t) as trim(regexp_replace(t, '[\x00-\x20\x7f-\x{a0}\x{200b}\x{200e}\x{200f}\x{061c}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{feff}\x{e0000}-\x{e007f}]+', ' ', 'g'));
create temp macro shown(t) as case when getvariable('guard') and regexp_matches(cleaned(t), '^[=+@-]') then '''' || cleaned(t) else cleaned(t) end;
-- The address of a record, where its id can be one.
create temp macro address(org, id) as case when regexp_full_match(id, '[A-Za-z0-9]{15}([A-Za-z0-9]{3})?') then org || '/' || id end;
