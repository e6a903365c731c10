-- The document that a posting is: its type beside its number, and both kept with the posting itself.
ALTER TABLE posting_sighting ADD COLUMN document_type VARCHAR;
ALTER TABLE posting ADD COLUMN document_number VARCHAR;
ALTER TABLE posting ADD COLUMN document_type VARCHAR;
