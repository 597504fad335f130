WITH wanted AS (
  SELECT * FROM customers
  WHERE id = :customer_id OR (:customer_id IS NULL AND email = lower(:email))
  LIMIT 1
)
SELECT json_object(
  'found', json(iif(EXISTS (SELECT 1 FROM wanted), 'true', 'false')),
  'customer_id', coalesce((SELECT id FROM wanted), :customer_id),
  'profile', json((
    SELECT json_object(
      'name', name, 'email', email, 'company', company, 'city', city, 'country', country,
      'language', language, 'plan', plan, 'since', since, 'status', status)
    FROM wanted)),
  'purchases', json((
    SELECT json_group_array(json_object(
      'order_id', id, 'ordered_on', ordered_on, 'product', product, 'quantity', quantity,
      'amount', amount_cents / 100.0, 'currency', currency, 'status', status))
    FROM (
      SELECT * FROM purchases WHERE customer_id = (SELECT id FROM wanted)
      ORDER BY ordered_on DESC, id DESC LIMIT 20))),
  'support_history', json((
    SELECT json_group_array(json_object(
      'ticket_id', id, 'opened_on', opened_on, 'subject', subject, 'category', category,
      'priority', priority, 'status', status, 'resolved_hours', resolved_hours, 'satisfaction', satisfaction))
    FROM (
      SELECT * FROM tickets WHERE customer_id = (SELECT id FROM wanted)
      ORDER BY opened_on DESC, id DESC LIMIT 20))),
  'totals', json((
    SELECT json_object(
      'orders', (SELECT count(*) FROM purchases WHERE customer_id = (SELECT id FROM wanted)),
      'paid_orders', (SELECT count(*) FROM purchases WHERE customer_id = (SELECT id FROM wanted) AND status = 'paid'),
      'tickets', count(*),
      'open_tickets', count(*) FILTER (WHERE status = 'open'),
      'average_satisfaction', round(avg(satisfaction), 2))
    FROM tickets WHERE customer_id = (SELECT id FROM wanted)))
) AS customer_360
