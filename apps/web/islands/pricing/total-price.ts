/** Licences of one order that are reckoned. */
export const MOST_LICENSES = 10_000

/** How many licences a field asks for: a whole number, and at least one. */
export function licenseCount(text: string): number {
  return Math.min(MOST_LICENSES, Math.max(1, Math.trunc(Number(text)) || 1))
}

/**
 * What licences cost: `$290 a month, $3,480 a year`.
 *
 * @param price of one, in US dollars.
 * @param interval `month`, `year` or `once`.
 */
export function totalPrice(price: number, count: number, interval: string): string {
  const total = price * count
  if (interval === 'month') return `${dollars(total)} a month, ${dollars(12 * total)} a year`
  return interval === 'year' ? `${dollars(total)} a year` : `${dollars(total)} once`
}

/** In whole cents: 0.1 and 0.2 are no whole number of bits. */
function dollars(amount: number): string {
  const cents = Math.round(amount * 100)
  return (cents / 100).toLocaleString('en', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: cents % 100 === 0 ? 0 : 2,
  })
}
