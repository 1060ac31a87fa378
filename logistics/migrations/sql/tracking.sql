-- Tracking events: partitioned by month of the event; a default partition catches what no month took.
CREATE SEQUENCE logistics_trackingevent_id_seq AS bigint;

CREATE TABLE logistics_trackingevent (
    id bigint NOT NULL DEFAULT nextval('logistics_trackingevent_id_seq'),
    parcel_id bigint NOT NULL REFERENCES logistics_parcel (id) DEFERRABLE INITIALLY DEFERRED,
    at timestamptz NOT NULL,
    place smallint NOT NULL CHECK (place >= 0),
    provider varchar(12) NOT NULL,
    code varchar(12) NOT NULL,
    stage varchar(12) NOT NULL,
    signed_by varchar(8) NOT NULL,
    text varchar(500) NOT NULL,
    text_enc bytea NULL,
    area varchar(120) NOT NULL,
    digest bytea NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (id, at),
    CONSTRAINT one_event_per_parcel_time_and_text UNIQUE (parcel_id, at, digest)
) PARTITION BY RANGE (at);

ALTER SEQUENCE logistics_trackingevent_id_seq OWNED BY logistics_trackingevent.id;

CREATE TABLE logistics_trackingevent_default PARTITION OF logistics_trackingevent DEFAULT;

-- Make the partitions of the months from one day to another. Called daily, and before events of unusual months are stored.
CREATE FUNCTION logistics_ensure_partitions(first_day date, last_day date) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', greatest(first_day, date '2010-01-01'))::date;
    final date := least(last_day, first_day + 3660, (now() + interval '10 years')::date);
    name text;
    made int := 0;
BEGIN
    WHILE month <= final LOOP
        name := 'logistics_trackingevent_' || to_char(month, 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF logistics_trackingevent FOR VALUES FROM (%L) TO (%L)', name, month, (month + interval '1 month')::date);
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                -- The default partition already holds events of that month; they stay there and verify_invariants says so.
                RAISE WARNING 'events of % lie in the default partition', to_char(month, 'YYYY-MM');
            WHEN duplicate_table THEN
                -- Somebody else made it at the same moment.
                NULL;
            END;
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$;

-- The region of a destination: the narrowest place whose names begin the address's; null where none does.
CREATE FUNCTION logistics_region_of(of_province text, of_city text, of_district text) RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT region_id FROM logistics_place
    WHERE starts_with(of_province, province) AND starts_with(of_city, city) AND starts_with(of_district, district)
    ORDER BY district <> '' DESC, city <> '' DESC, length(province) DESC, length(city) DESC, length(district) DESC LIMIT 1
$$;

-- Hours that are normal: the row for courier and region, else the longer of the row for either, else the row for all.
CREATE FUNCTION logistics_norm_hours(of_measure text, of_courier bigint, of_region bigint) RETURNS int LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT hours FROM logistics_norm
    WHERE measure = of_measure AND (courier_id = of_courier OR courier_id IS NULL) AND (region_id = of_region OR region_id IS NULL)
    ORDER BY (courier_id IS NOT NULL AND region_id IS NOT NULL) DESC, (courier_id IS NOT NULL OR region_id IS NOT NULL) DESC, hours DESC LIMIT 1
$$;
