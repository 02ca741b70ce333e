-- The tables of the practice shop, named as Magento names them. Moments are texts in UTC.

CREATE TABLE core_config_data (path TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE store_website (
    website_id INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, default_group_id INTEGER NOT NULL
);
CREATE TABLE store_group (
    group_id INTEGER PRIMARY KEY, website_id INTEGER NOT NULL, root_category_id INTEGER NOT NULL,
    default_store_id INTEGER NOT NULL, name TEXT NOT NULL, code TEXT NOT NULL
);
-- No primary key: the real shop lists its store views in another order than by id.
CREATE TABLE store (
    store_id INTEGER NOT NULL UNIQUE, code TEXT NOT NULL UNIQUE, website_id INTEGER NOT NULL,
    group_id INTEGER NOT NULL, name TEXT NOT NULL, is_active INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE tax_class (class_id INTEGER PRIMARY KEY, class_name TEXT NOT NULL, class_type TEXT NOT NULL);
CREATE TABLE customer_group (
    customer_group_id INTEGER PRIMARY KEY, customer_group_code TEXT NOT NULL, tax_class_id INTEGER NOT NULL
);
CREATE TABLE customer_group_excluded_website (
    customer_group_id INTEGER NOT NULL, website_id INTEGER NOT NULL, PRIMARY KEY (customer_group_id, website_id)
);

-- The attributes that the shop added itself; those of every shop are in attributes.csv.
CREATE TABLE eav_attribute (
    attribute_id INTEGER PRIMARY KEY, entity_type TEXT NOT NULL, attribute_code TEXT NOT NULL,
    frontend_input TEXT NOT NULL, frontend_label TEXT NOT NULL, backend_type TEXT NOT NULL,
    is_required INTEGER NOT NULL DEFAULT 0, UNIQUE (entity_type, attribute_code)
);
CREATE TABLE eav_attribute_option (
    option_id INTEGER PRIMARY KEY, attribute_id INTEGER NOT NULL, label TEXT NOT NULL
);

CREATE TABLE customer_entity (
    entity_id INTEGER PRIMARY KEY,
    website_id INTEGER,
    email TEXT,
    email_folded TEXT, -- what the collation compares; not a column of the real table
    group_id INTEGER NOT NULL DEFAULT 0,
    store_id INTEGER DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    is_active INTEGER NOT NULL DEFAULT 1,
    disable_auto_group_change INTEGER NOT NULL DEFAULT 0,
    created_in TEXT,
    prefix TEXT,
    firstname TEXT,
    middlename TEXT,
    lastname TEXT,
    suffix TEXT,
    dob TEXT,
    password_hash TEXT,
    rp_token TEXT,
    default_billing INTEGER,
    default_shipping INTEGER,
    taxvat TEXT,
    confirmation TEXT,
    gender INTEGER,
    failures_num INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX customer_email ON customer_entity (email_folded, website_id);
CREATE INDEX customer_group_id ON customer_entity (group_id);
CREATE TABLE customer_entity_value (
    entity_id INTEGER NOT NULL, attribute_code TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (entity_id, attribute_code)
) WITHOUT ROWID;

CREATE TABLE customer_address_entity (
    entity_id INTEGER PRIMARY KEY,
    parent_id INTEGER NOT NULL,
    prefix TEXT,
    firstname TEXT NOT NULL,
    middlename TEXT,
    lastname TEXT NOT NULL,
    suffix TEXT,
    company TEXT,
    street TEXT NOT NULL, -- its lines with line breaks between them
    city TEXT NOT NULL,
    region TEXT,
    region_id INTEGER,
    postcode TEXT,
    country_id TEXT NOT NULL,
    telephone TEXT NOT NULL,
    fax TEXT,
    vat_id TEXT
);
CREATE INDEX address_parent ON customer_address_entity (parent_id);
CREATE TABLE customer_address_entity_value (
    entity_id INTEGER NOT NULL, attribute_code TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (entity_id, attribute_code)
) WITHOUT ROWID;

CREATE TABLE newsletter_subscriber (
    subscriber_id INTEGER PRIMARY KEY, store_id INTEGER NOT NULL, customer_id INTEGER NOT NULL DEFAULT 0,
    subscriber_email TEXT NOT NULL, email_folded TEXT NOT NULL, subscriber_status INTEGER NOT NULL
);
CREATE INDEX subscriber_email ON newsletter_subscriber (email_folded);
CREATE INDEX subscriber_customer ON newsletter_subscriber (customer_id);

-- Who may log in. `rights` is a JSON list of resources, or null for all of them.
CREATE TABLE token (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, rights TEXT, expires_at REAL
) WITHOUT ROWID;
CREATE TABLE oauth_nonce (nonce TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE admin_user (username TEXT PRIMARY KEY, password TEXT NOT NULL, failures_num INTEGER NOT NULL DEFAULT 0);

-- The mails that the shop would have sent.
CREATE TABLE outbox (
    mail_id INTEGER PRIMARY KEY, template TEXT NOT NULL, recipient TEXT NOT NULL, store_id INTEGER NOT NULL,
    sent_at TEXT NOT NULL
);
