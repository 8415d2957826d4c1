const MOST = 10_000

/**
 * Puts a field for the number of licences below a price, and what so many cost. The price alone stands in the page, for
 * browsers that run no programs.
 *
 * @param place with `data-price` in US dollars and `data-interval`: `month`, `year` or `once`.
 */
export function offerCalculator(place: HTMLElement): void {
  const price = Number(place.dataset.price)
  const label = document.createElement('label')
  label.textContent = 'Licences '
  const field = document.createElement('input')
  Object.assign(field, { type: 'number', min: '1', max: String(MOST), value: '1', inputMode: 'numeric' })
  label.append(field)
  const sum = document.createElement('output')
  const show = () => {
    const count = Math.min(MOST, Math.max(1, Math.trunc(Number(field.value)) || 1))
    sum.textContent = totalText(count * price, place.dataset.interval ?? 'once')
  }
  field.addEventListener('input', show)
  show()
  place.classList.add('calculator', 'row')
  place.append(label, sum)
}

function totalText(total: number, interval: string): string {
  if (interval === 'month') return `${dollars(total)} a month, ${dollars(12 * total)} a year`
  return interval === 'year' ? `${dollars(total)} a year` : `${dollars(total)} once`
}

function dollars(amount: number): string {
  return amount.toLocaleString('en', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: Number.isInteger(amount) ? 0 : 2,
  })
}
