-- The tables of the practice shop, named as PrestaShop names them. Decimals and dates are texts as MariaDB prints them.

CREATE TABLE IF NOT EXISTS ps_customer (
    id_customer INTEGER PRIMARY KEY AUTOINCREMENT,
    id_default_group INTEGER NOT NULL DEFAULT 1,
    id_lang INTEGER,
    newsletter_date_add TEXT NOT NULL DEFAULT '0000-00-00 00:00:00',
    ip_registration_newsletter TEXT,
    last_passwd_gen TEXT NOT NULL DEFAULT '',
    secure_key TEXT NOT NULL DEFAULT '-1',
    deleted INTEGER NOT NULL DEFAULT 0,
    passwd TEXT NOT NULL,
    lastname TEXT NOT NULL,
    firstname TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL, -- what MariaDB's collation compares; not a column of the real table
    id_gender INTEGER NOT NULL DEFAULT 0,
    birthday TEXT NOT NULL DEFAULT '0000-00-00',
    newsletter INTEGER NOT NULL DEFAULT 0,
    optin INTEGER NOT NULL DEFAULT 0,
    website TEXT,
    company TEXT,
    siret TEXT,
    ape TEXT,
    outstanding_allow_amount TEXT NOT NULL DEFAULT '0.000000',
    show_public_prices INTEGER NOT NULL DEFAULT 0,
    id_risk INTEGER NOT NULL DEFAULT 1,
    max_payment_days INTEGER NOT NULL DEFAULT 60,
    active INTEGER NOT NULL DEFAULT 0,
    note TEXT,
    is_guest INTEGER NOT NULL DEFAULT 0,
    id_shop INTEGER NOT NULL DEFAULT 1,
    id_shop_group INTEGER NOT NULL DEFAULT 1,
    date_add TEXT NOT NULL,
    date_upd TEXT NOT NULL,
    reset_password_token TEXT,
    reset_password_validity TEXT NOT NULL DEFAULT '0000-00-00 00:00:00'
);
CREATE INDEX IF NOT EXISTS customer_email ON ps_customer (email_folded);
CREATE INDEX IF NOT EXISTS customer_date ON ps_customer (id_shop, date_add);

CREATE TABLE IF NOT EXISTS ps_customer_group (
    id_customer INTEGER NOT NULL,
    id_group INTEGER NOT NULL,
    PRIMARY KEY (id_customer, id_group)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS customer_group ON ps_customer_group (id_group);

CREATE TABLE IF NOT EXISTS ps_group (
    id_group INTEGER PRIMARY KEY AUTOINCREMENT,
    reduction TEXT NOT NULL DEFAULT '0.00',
    price_display_method INTEGER NOT NULL DEFAULT 0,
    show_prices INTEGER NOT NULL DEFAULT 1,
    date_add TEXT NOT NULL,
    date_upd TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS ps_group_shop (
    id_group INTEGER NOT NULL,
    id_shop INTEGER NOT NULL,
    PRIMARY KEY (id_group, id_shop)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ps_group_lang (
    id_group INTEGER NOT NULL,
    id_lang INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (id_group, id_lang)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS ps_address (
    id_address INTEGER PRIMARY KEY AUTOINCREMENT,
    id_customer INTEGER NOT NULL DEFAULT 0,
    id_manufacturer INTEGER NOT NULL DEFAULT 0,
    id_supplier INTEGER NOT NULL DEFAULT 0,
    id_country INTEGER NOT NULL,
    id_state INTEGER NOT NULL DEFAULT 0,
    id_warehouse INTEGER NOT NULL DEFAULT 0,
    alias TEXT NOT NULL,
    company TEXT,
    lastname TEXT NOT NULL,
    firstname TEXT NOT NULL,
    vat_number TEXT,
    address1 TEXT NOT NULL,
    address2 TEXT,
    postcode TEXT,
    city TEXT NOT NULL,
    other TEXT,
    phone TEXT,
    phone_mobile TEXT,
    dni TEXT,
    deleted INTEGER NOT NULL DEFAULT 0,
    date_add TEXT NOT NULL,
    date_upd TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS address_customer ON ps_address (id_customer);

CREATE TABLE IF NOT EXISTS ps_country (
    id_country INTEGER PRIMARY KEY,
    id_zone INTEGER NOT NULL DEFAULT 0,
    id_currency INTEGER NOT NULL DEFAULT 0,
    call_prefix INTEGER NOT NULL DEFAULT 0,
    iso_code TEXT NOT NULL,
    active INTEGER NOT NULL,
    contains_states INTEGER NOT NULL,
    need_identification_number INTEGER NOT NULL,
    need_zip_code INTEGER NOT NULL,
    zip_code_format TEXT NOT NULL,
    display_tax_label INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS ps_country_lang (
    id_country INTEGER NOT NULL,
    id_lang INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (id_country, id_lang)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ps_state (
    id_state INTEGER PRIMARY KEY,
    id_zone INTEGER NOT NULL,
    id_country INTEGER NOT NULL,
    iso_code TEXT NOT NULL,
    name TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE IF NOT EXISTS ps_lang (
    id_lang INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    iso_code TEXT NOT NULL,
    locale TEXT NOT NULL,
    language_code TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1,
    is_rtl INTEGER NOT NULL DEFAULT 0,
    date_format_lite TEXT NOT NULL,
    date_format_full TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS ps_shop (
    id_shop INTEGER PRIMARY KEY,
    id_shop_group INTEGER NOT NULL DEFAULT 1,
    id_category INTEGER NOT NULL DEFAULT 2,
    active INTEGER NOT NULL DEFAULT 1,
    deleted INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    color TEXT NOT NULL DEFAULT '',
    theme_name TEXT NOT NULL DEFAULT 'classic',
    virtual_uri TEXT NOT NULL DEFAULT '' -- in the real shop a column of ps_shop_url
);
CREATE TABLE IF NOT EXISTS ps_shop_group (
    id_shop_group INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    color TEXT NOT NULL DEFAULT '',
    share_customer INTEGER NOT NULL DEFAULT 0,
    share_order INTEGER NOT NULL DEFAULT 0,
    share_stock INTEGER NOT NULL DEFAULT 0,
    active INTEGER NOT NULL DEFAULT 1,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS ps_configuration (
    id_configuration INTEGER PRIMARY KEY,
    value TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    id_shop_group TEXT NOT NULL DEFAULT '',
    id_shop TEXT NOT NULL DEFAULT '',
    date_add TEXT NOT NULL DEFAULT '0000-00-00 00:00:00',
    date_upd TEXT NOT NULL DEFAULT '0000-00-00 00:00:00'
);

CREATE TABLE IF NOT EXISTS ps_required_field (
    object_name TEXT NOT NULL,
    field_name TEXT NOT NULL,
    PRIMARY KEY (object_name, field_name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ps_webservice_account (
    "key" TEXT PRIMARY KEY,
    active INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ps_webservice_account_shop (
    "key" TEXT NOT NULL, -- a key without rows is good for every shop
    id_shop INTEGER NOT NULL,
    PRIMARY KEY ("key", id_shop)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ps_webservice_permission (
    "key" TEXT NOT NULL,
    resource TEXT NOT NULL,
    method TEXT NOT NULL,
    PRIMARY KEY ("key", resource, method)
) WITHOUT ROWID;
