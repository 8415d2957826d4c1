import { licenseVerifier, readLease } from '@rbee/licences'
import {
  issuedLicenseSchema,
  type LicenseAnswer,
  licenseAnswerSchema,
  licenseKeySchema,
  seatAnswerSchema,
  seatListSchema,
  seatReleasedSchema,
} from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import type { Samples } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS

/** The machine of this number, as it would name itself to a licence. */
const machine = (number: number) => number.toString(16).padStart(64, '0')

export function seats(subject: Opened, samples: () => Samples): void {
  const operator = (method: string, path: string, json?: unknown) =>
    send(subject(), method, path, { token: subject().operatorToken, json })
  const issue = async (more: object = {}): Promise<LicenseAnswer> => {
    const json = { customer: 'ACME GmbH', workers: ['echo-worker'], seats: 2, ...more }
    return expectJson(await operator('POST', '/v1/licenses', json), 201, licenseAnswerSchema)
  }
  const ask = (verb: string, token: string, number: number, more: object = {}) =>
    send(subject(), 'POST', `/v1/licenses/${verb}`, {
      json: { token, fingerprint: machine(number), ...more },
    })
  const activate = (token: string, number: number, more?: object) => ask('activate', token, number, more)
  const heartbeat = (token: string, number: number) => ask('heartbeat', token, number)
  const release = (token: string, number: number) => ask('release', token, number)
  const seatIn = (answer: Response) => expectJson(answer, 200, seatAnswerSchema)
  const listed = async (id: string, query = '') =>
    expectJson(await operator('GET', `/v1/licenses/${id}/seats${query}`), 200, seatListSchema)

  describe('seats of a licence', () => {
    it('are for so many machines as were sold, each once', async () => {
      const { token, license } = await issue()
      const first = await activate(token, 1, { label: 'rack 3' })
      expect(first.headers.get('cache-control')).toBe('no-store')
      const text = await first.clone().text()
      expect(text).not.toContain(token.slice(0, 40))
      expect(await seatIn(first)).toMatchObject({
        ...{ license_id: license.id, fingerprint: machine(1), kind: 'machine' },
        ...{ grace_seconds: 14 * DAY_SECONDS, heartbeat_seconds: HOUR_SECONDS },
        seats: { total: 2, used: 1 },
      })
      expect(await seatIn(await activate(token, 1))).toMatchObject({ seats: { total: 2, used: 1 } })
      await seatIn(await activate(token, 2))
      const problem = await expectProblem(await activate(token, 3), 403, 'seats_exhausted')
      expect(problem).toMatchObject({ total: 2, used: 2, detail: 'All 2 seats of the licence are taken' })
      expect(JSON.stringify(problem)).not.toContain(token.slice(0, 40))
      const { seats, ...list } = await listed(license.id)
      expect(list).toEqual({
        ...{ license_id: license.id, kind: 'machine', total: 2, used: 2, next_cursor: null },
      })
      expect(seats.map(({ fingerprint, label }) => [fingerprint, label])).toEqual([
        [machine(1), 'rack 3'],
        [machine(2), null],
      ])
      const page = await listed(license.id, '?limit=1')
      expect(page.next_cursor).toBe(machine(1))
      expect((await listed(license.id, `?limit=1&cursor=${page.next_cursor}`)).seats).toEqual([seats[1]])
      const shown = await operator('GET', `/v1/licenses/${license.id}`)
      expect(await expectJson(shown, 200, issuedLicenseSchema)).toMatchObject({
        ...{ kind: 'machine', seats: 2, seats_used: 2 },
      })
    })

    it('come with a lease that the machine checks without the registry', async () => {
      const { token, license } = await issue({
        entitlements: ['batch'],
        expires_in_seconds: 2 * HOUR_SECONDS,
      })
      const { lease, lease_expires_at, grace_seconds } = await seatIn(await activate(token, 1))
      const key = await expectJson(await subject().fetch('/v1/licenses/key'), 200, licenseKeySchema)
      const read = await readLease(lease, licenseVerifier(key), machine(1), Date.now())
      expect(read).toMatchObject({
        fault: null,
        claims: { jti: license.id, workers: ['echo-worker'], entitlements: ['batch'], kind: 'machine' },
      })
      // Never behind the licence.
      expect([lease_expires_at, grace_seconds]).toEqual([license.expires_at, 0])
      expect((read.claims?.exp ?? 0) * 1000).toBe(Date.parse(lease_expires_at))
    })

    it('go to exactly one of the machines that ask for the last one at once', async () => {
      const { token } = await issue({ seats: 1 })
      const answers = await Promise.all(Array.from({ length: 12 }, (_, number) => activate(token, number)))
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(11).fill(403)])
      await Promise.all(answers.map((answer) => answer.arrayBuffer()))
    })

    it('are kept by heartbeats, and released by their machine as often as it likes', async () => {
      const { token } = await issue({ seats: 1 })
      const unknown = await expectProblem(await heartbeat(token, 1), 404, 'seat_not_found')
      expect(unknown).toMatchObject({ reason: 'unknown' })
      await seatIn(await activate(token, 1))
      expect(await seatIn(await heartbeat(token, 1))).toMatchObject({ seats: { total: 1, used: 1 } })
      for (const _ of [1, 2]) {
        const released = await expectJson(await release(token, 1), 200, seatReleasedSchema)
        expect(released).toEqual({ released: true, seats: { total: 1, used: 0 } })
      }
      await expectProblem(await heartbeat(token, 1), 404, 'seat_not_found')
      await seatIn(await activate(token, 2))
    })

    it('are taken away by operators, which the machine is told', async () => {
      const { token, license } = await issue({ seats: 1 })
      await seatIn(await activate(token, 1))
      const path = `/v1/licenses/${license.id}/seats/${machine(1)}`
      for (const own of [samples().publishToken, token]) {
        const answer = await send(subject(), 'DELETE', path, { token: own })
        expect([401, 403]).toContain(answer.status)
        await answer.arrayBuffer()
      }
      const released = await expectJson(await operator('DELETE', path), 200, seatReleasedSchema)
      expect(released.seats).toEqual({ total: 1, used: 0 })
      await expectProblem(await operator('DELETE', path), 404, 'seat_not_found')
      expect(await expectProblem(await heartbeat(token, 1), 404, 'seat_not_found')).toMatchObject({
        reason: 'released',
      })
      await seatIn(await activate(token, 2))
      await expectProblem(await activate(token, 1), 403, 'seats_exhausted')
    })

    it('that float are taken by a heartbeat where one is free', async () => {
      const { token, license } = await issue({ seats: 1, floating: true })
      expect(license).toMatchObject({ kind: 'floating', seats: 1 })
      const seat = await seatIn(await heartbeat(token, 1))
      expect(seat).toMatchObject({ kind: 'floating', grace_seconds: HOUR_SECONDS, heartbeat_seconds: 300 })
      await expectProblem(await heartbeat(token, 2), 403, 'seats_exhausted')
      await release(token, 1)
      await seatIn(await heartbeat(token, 2))
    })

    it('are as many as there are machines where none are stated', async () => {
      const { token } = await issue({ seats: undefined })
      for (const number of [1, 2, 3]) {
        expect((await seatIn(await activate(token, number))).seats).toEqual({ total: null, used: number })
      }
    })

    it('are refused to licences that ended, and to what is none', async () => {
      const { token, license } = await issue()
      await seatIn(await activate(token, 1))
      await operator('POST', `/v1/licenses/${license.id}/revoke`, { reason: 'refunded' })
      for (const verb of ['activate', 'heartbeat']) {
        const problem = await expectProblem(await ask(verb, token, 1), 403, 'license_refused')
        expect(problem).toMatchObject({ reason: 'revoked' })
      }
      expect((await expectJson(await release(token, 1), 200, seatReleasedSchema)).seats.used).toBe(0)
      for (const [text, reason] of [
        ['rbee_lic_junk', 'malformed'],
        [token.replace(/\.[^.]*$/, `.${'A'.repeat(86)}`), 'signature'],
      ] as const) {
        for (const verb of ['activate', 'heartbeat', 'release'])
          expect(await expectProblem(await ask(verb, text, 1), 403, 'license_refused')).toMatchObject({
            reason,
          })
      }
    })

    it('are asked for in one way only', async () => {
      const { token } = await issue()
      for (const verb of ['activate', 'heartbeat', 'release']) {
        const path = `/v1/licenses/${verb}`
        const post = (json: unknown) => send(subject(), 'POST', path, { json })
        for (const json of [
          {},
          { token },
          { token, fingerprint: 'A'.repeat(64) },
          { token, fingerprint: machine(1).slice(1) },
          { token: 1, fingerprint: machine(1) },
          { token, fingerprint: machine(1), more: 1 },
          { token, fingerprint: machine(1), label: 'two\nlines' },
          [],
        ])
          await expectProblem(await post(json), 422, 'invalid_body')
        await expectProblem(await post({ token: 'x'.repeat(20_000) }), 413, 'body_too_large')
        // What is no verb of licences may be the id of one.
        const got = await subject().fetch(path)
        await expectProblem(got, 405, 'method_not_allowed')
      }
    })
  })
}
