import { licenseCount, MOST_LICENSES, totalPrice } from './total-price.ts'

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
  Object.assign(field, {
    type: 'number',
    min: '1',
    max: String(MOST_LICENSES),
    value: '1',
    inputMode: 'numeric',
  })
  label.append(field)
  const sum = document.createElement('output')
  const show = () => {
    sum.textContent = totalPrice(price, licenseCount(field.value), place.dataset.interval ?? 'once')
  }
  field.addEventListener('input', show)
  show()
  place.classList.add('calculator', 'row')
  place.append(label, sum)
}
