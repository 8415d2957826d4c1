import { expect, it } from 'vitest'
import { requestFigures } from './request-figures.ts'

const ANSWERED = {
  id: 'a-1',
  method: 'GET',
  path: '/v1/workers',
  route: '/v1/workers',
  status: 200,
  receivedBytes: 0,
  bytes: 100,
  milliseconds: 3,
  client: '192.0.2.1',
  aborted: false,
}

it('adds up what had the same route, method and status, in buckets that include each other', () => {
  const figures = requestFigures()
  for (const milliseconds of [0.2, 0.5, 3, 700_000]) figures.note({ ...ANSWERED, milliseconds })
  figures.note({ ...ANSWERED, status: 429, bytes: 10 })
  figures.note({
    ...ANSWERED,
    route: '/v1/uploads',
    method: 'POST',
    status: 201,
    receivedBytes: 40,
    bytes: 7,
  })
  const lines = figures.render().split('\n')
  const durations = 'rbee_http_request_duration_seconds'
  const labels = 'route="/v1/workers",method="GET",status="200"'
  expect(lines.filter((line) => line.startsWith(`${durations}_bucket{${labels}`))).toEqual(
    [
      ['0.0005', 2],
      ['0.001', 2],
      ['0.0025', 2],
      ...[
        '0.005',
        '0.01',
        '0.025',
        '0.05',
        '0.1',
        '0.25',
        '0.5',
        '1',
        '2.5',
        '5',
        '10',
        '30',
        '120',
        '600',
      ].map((bound) => [bound, 3]),
      ['+Inf', 4],
    ].map(([bound, count]) => `${durations}_bucket{${labels},le="${bound}"} ${count}`),
  )
  expect(lines).toContain(`${durations}_count{${labels}} 4`)
  expect(lines).toContain(`${durations}_sum{${labels}} 700.0037`)
  expect(lines).toContain(`${durations}_count{route="/v1/workers",method="GET",status="429"} 1`)
  expect(lines).toContain('rbee_http_response_bytes_total{route="/v1/workers"} 410')
  expect(lines).toContain('rbee_http_request_bytes_total{route="/v1/uploads"} 40')
  expect(lines.at(-1)).toBe('')
})
