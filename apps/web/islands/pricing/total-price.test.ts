import { expect, it } from 'vitest'
import { licenseCount, totalPrice } from './total-price.ts'

it.each([
  ['3', 3],
  ['', 1],
  ['0', 1],
  ['-4', 1],
  ['2.9', 2],
  ['abc', 1],
  ['1e9', 10_000],
  ['Infinity', 10_000],
])('%j asks for %d licences', (text, count) => {
  expect(licenseCount(text)).toBe(count)
})

it.each([
  [29, 10, 'month', '$290 a month, $3,480 a year'],
  [19.99, 3, 'month', '$59.97 a month, $719.64 a year'],
  [0.1, 3, 'once', '$0.30 once'],
  [1.1, 10, 'year', '$11 a year'],
  [49, 1, 'once', '$49 once'],
  [1_000_000, 10_000, 'once', '$10,000,000,000 once'],
])('%d dollars for %d licences, by %s, are %s', (price, count, interval, text) => {
  expect(totalPrice(price, count, interval)).toBe(text)
})
