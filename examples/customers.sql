-- The bundled customer database (`example:customers`): invented people, real structure.
-- Amounts are in cents of the row's currency; dates are ISO 8601.

CREATE TABLE customers (
  id       TEXT PRIMARY KEY,
  name     TEXT NOT NULL,
  email    TEXT NOT NULL UNIQUE,
  company  TEXT,
  city     TEXT NOT NULL,
  country  TEXT NOT NULL,
  language TEXT NOT NULL,
  plan     TEXT NOT NULL CHECK (plan IN ('free', 'pro', 'enterprise')),
  since    TEXT NOT NULL,
  status   TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'closed'))
) STRICT;

CREATE TABLE purchases (
  id           TEXT PRIMARY KEY,
  customer_id  TEXT NOT NULL REFERENCES customers (id),
  ordered_on   TEXT NOT NULL,
  product      TEXT NOT NULL,
  quantity     INTEGER NOT NULL CHECK (quantity > 0),
  amount_cents INTEGER NOT NULL,
  currency     TEXT NOT NULL,
  status       TEXT NOT NULL CHECK (status IN ('paid', 'refunded', 'pending', 'failed'))
) STRICT;

CREATE TABLE tickets (
  id             TEXT PRIMARY KEY,
  customer_id    TEXT NOT NULL REFERENCES customers (id),
  opened_on      TEXT NOT NULL,
  subject        TEXT NOT NULL,
  category       TEXT NOT NULL,
  priority       TEXT NOT NULL CHECK (priority IN ('low', 'medium', 'high', 'critical')),
  status         TEXT NOT NULL CHECK (status IN ('open', 'resolved', 'closed')),
  resolved_hours REAL,
  satisfaction   INTEGER CHECK (satisfaction BETWEEN 1 AND 5)
) STRICT;

CREATE INDEX purchases_by_customer ON purchases (customer_id, ordered_on);
CREATE INDEX tickets_by_customer ON tickets (customer_id, opened_on);

INSERT INTO customers VALUES
  ('CUST-1001', 'Margaret Hale',     'margaret.hale@northwind-logistics.example', 'Northwind Logistics',  'Rotterdam', 'NL', 'en', 'enterprise', '2021-03-15', 'active'),
  ('CUST-1002', 'Étienne Lefèvre',   'etienne.lefevre@boulangerie-lefevre.example', 'Boulangerie Lefèvre', 'Lyon',    'FR', 'fr', 'pro',        '2022-09-01', 'active'),
  ('CUST-1003', 'Tomasz Wójcik',     'tomasz.wojcik@example.org',                 NULL,                   'Kraków',    'PL', 'en', 'free',       '2025-01-20', 'active'),
  ('CUST-1004', 'Aisha Rahman',      'aisha.rahman@brightclinic.example',         'Bright Clinic',        'Leeds',     'GB', 'en', 'pro',        '2020-06-30', 'active'),
  ('CUST-1005', 'Jürgen Schäfer',    'j.schaefer@schaefer-maschinenbau.example',  'Schäfer Maschinenbau', 'Stuttgart', 'DE', 'en', 'enterprise', '2019-11-11', 'active'),
  ('CUST-1006', 'Daniela Costa',     'daniela.costa@example.org',                 NULL,                   'Porto',     'PT', 'en', 'pro',        '2023-04-04', 'suspended'),
  ('CUST-1007', 'Samuel Okafor',     'samuel@okafor-design.example',              'Okafor Design',        'Lagos',     'NG', 'en', 'pro',        '2024-02-29', 'active'),
  ('CUST-1008', 'Hélène Dubois',     'helene.dubois@mairie-aix.example',          'Mairie d’Aix',         'Aix-en-Provence', 'FR', 'fr', 'enterprise', '2022-01-10', 'active'),
  ('CUST-1009', 'Lin Wei',           'lin.wei@example.org',                       NULL,                   'Singapore', 'SG', 'en', 'free',       '2026-10-02', 'active'),
  ('CUST-1010', 'Robert O''Neill',   'rob.oneill@harbourfish.example',            'Harbour Fish Co.',     'Galway',    'IE', 'en', 'pro',        '2021-08-19', 'closed');

INSERT INTO purchases VALUES
  ('ORD-50011', 'CUST-1001', '2025-12-01', 'Enterprise plan, 12 months',  1, 1188000, 'EUR', 'paid'),
  ('ORD-50237', 'CUST-1001', '2026-06-14', 'Extra seats',                25,  187500, 'EUR', 'paid'),
  ('ORD-50871', 'CUST-1001', '2026-11-03', 'Priority support add-on',     1,   49900, 'EUR', 'paid'),
  ('ORD-50872', 'CUST-1001', '2026-11-03', 'Priority support add-on',     1,   49900, 'EUR', 'paid'),
  ('ORD-50112', 'CUST-1002', '2026-09-01', 'Pro plan, 12 months',         1,   34800, 'EUR', 'paid'),
  ('ORD-50640', 'CUST-1002', '2026-10-28', 'Receipt printer RP-80',       1,   12990, 'EUR', 'paid'),
  ('ORD-50555', 'CUST-1004', '2026-07-01', 'Pro plan, 12 months',         3,   89700, 'GBP', 'paid'),
  ('ORD-50777', 'CUST-1004', '2026-10-12', 'Onboarding session',          1,   15000, 'GBP', 'refunded'),
  ('ORD-50020', 'CUST-1005', '2025-11-11', 'Enterprise plan, 12 months',  1, 2376000, 'EUR', 'paid'),
  ('ORD-50910', 'CUST-1005', '2026-11-11', 'Enterprise plan, 12 months',  1, 2376000, 'EUR', 'pending'),
  ('ORD-50300', 'CUST-1006', '2026-04-04', 'Pro plan, 12 months',         1,   34800, 'EUR', 'failed'),
  ('ORD-50688', 'CUST-1007', '2026-10-30', 'Pro plan, 1 month',           1,    2900, 'USD', 'paid'),
  ('ORD-50689', 'CUST-1007', '2026-10-31', 'Pro plan, 1 month',           1,    2900, 'USD', 'paid'),
  ('ORD-50405', 'CUST-1008', '2026-01-10', 'Enterprise plan, 12 months',  1,  960000, 'EUR', 'paid'),
  ('ORD-49001', 'CUST-1010', '2024-08-19', 'Pro plan, 12 months',         1,   29900, 'EUR', 'paid');

INSERT INTO tickets VALUES
  ('TKT-30117', 'CUST-1001', '2026-02-09', 'SSO login loops back to the start page', 'access',   'high',     'resolved', 5.5,  4),
  ('TKT-31544', 'CUST-1001', '2026-08-21', 'VPN drops every 20 minutes',             'network',  'high',     'resolved', 11.0, 3),
  ('TKT-32210', 'CUST-1001', '2026-10-05', 'VPN unstable from the Rotterdam office', 'network',  'critical', 'resolved', 7.25, 2),
  ('TKT-31890', 'CUST-1002', '2026-09-17', 'Facture sans numéro de TVA',             'billing',  'low',      'closed',   26.0, 5),
  ('TKT-32001', 'CUST-1003', '2026-09-25', 'How do I export my data?',               'software', 'low',      'resolved', 30.0, 4),
  ('TKT-30888', 'CUST-1004', '2026-05-02', 'Reports time out at month end',          'software', 'medium',   'resolved', 18.0, 4),
  ('TKT-32307', 'CUST-1004', '2026-10-14', 'Refund for a cancelled onboarding',      'billing',  'medium',   'closed',   9.0,  5),
  ('TKT-32410', 'CUST-1005', '2026-11-12', 'Purchase order number missing',          'billing',  'medium',   'open',     NULL, NULL),
  ('TKT-31333', 'CUST-1006', '2026-07-30', 'Card declined, account suspended',       'billing',  'high',     'open',     NULL, NULL),
  ('TKT-32350', 'CUST-1007', '2026-10-31', 'Logo export is blurry',                  'software', 'low',      'resolved', 20.0, 5),
  ('TKT-29990', 'CUST-1008', '2026-01-28', 'Imprimante réseau introuvable',          'hardware', 'medium',   'resolved', 14.0, 4);
