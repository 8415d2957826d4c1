import { expect, it } from 'vitest'
import { reportAddress } from './report-address.ts'

const release = { id: 'echo-worker', version: '1.0.0' }

it.each([
  [null, '/trust#report'],
  ['mailto:abuse@example.org', 'mailto:abuse@example.org?subject=Report%20about%20echo-worker%201.0.0'],
  [
    'https://git.example/o/r/issues/new',
    'https://git.example/o/r/issues/new?title=Report+about+echo-worker+1.0.0',
  ],
  [
    'https://git.example/new?kind=abuse',
    'https://git.example/new?kind=abuse&title=Report+about+echo-worker+1.0.0',
  ],
])('to %s names the release', (to, address) => {
  expect(reportAddress(to, release)).toBe(address)
})
