"""What must always hold in logistics."""

from casework.actions.verify import QUERIES

QUERIES["an_incident_is_about_its_parcel"] = """
    SELECT c.number FROM casework_case c JOIN logistics_incidentfacts f ON f.case_id = c.id
    WHERE c.subject LIKE 'parcel:%' AND c.subject <> 'parcel:' || coalesce(f.parcel_id::text, '')"""
