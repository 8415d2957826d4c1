import {
  contactSchema,
  currentTokenSchema,
  orphanAnswerSchema,
  transferListSchema,
  transferSchema,
  workerEventsSchema,
  workerLogSchema,
} from '@rbee/schema'
import { artifactOf, packedArchive } from '@rbee/testing'
import { describe, expect, it, vi } from 'vitest'
import { createToken, publish, releaseOf, sendArchive } from './sample-workers.ts'
import { expectJson, expectProblem, type MailSubject, send } from './subject.ts'

/** @param subject whose waiting time is over at once. */
export function transfers(subject: () => MailSubject): void {
  const operator = () => subject().operatorToken
  const call = (method: string, path: string, token: string, json?: unknown) =>
    send(subject(), method, path, { token, json })
  const idOf = async (token: string) =>
    (await expectJson(await call('GET', '/v1/tokens/current', token), 200, currentTokenSchema)).id
  /** The server may be about to hand them over by itself. */
  const mailsTo = async (address: string, count: number): Promise<string[]> => {
    await subject().passTime()
    return vi.waitFor(async () => {
      const found = (await subject().mails()).filter((mail) => mail.includes(`\r\nTo: ${address}\r\n`))
      expect(found).toHaveLength(count)
      return found
    }, 5000)
  }

  /** A worker of somebody who is told of what is asked for. */
  async function bring(id: string, mail = `${id}@example.com`): Promise<string> {
    const owner = await createToken(subject(), { scope: 'publish', mail })
    const packed = await packedArchive({ [`bin/${id}`]: id })
    await sendArchive(subject(), owner, packed)
    await publish(subject(), owner, releaseOf(id, [artifactOf([packed])]))
    return owner
  }

  describe('a change of owner', () => {
    it('is asked for, approved, told of, and happens by itself', async () => {
      const ada = await bring('given-1')
      const bob = await createToken(subject(), { scope: 'publish', mail: 'bob@example.com' })
      const json = { kind: 'transfer', to: await idOf(bob), reason: 'she goes on\u00e9 with it' }
      const path = '/v1/workers/given-1/transfers'
      const asked = await call('POST', path, ada, json)
      const location = asked.headers.get('location')
      const transfer = await expectJson(asked, 201, transferSchema)
      expect(location).toBe(`/v1/transfers/${transfer.id}`)
      expect(transfer).toMatchObject({ status: 'asked', worker: 'given-1', notes: [], mails: [] })
      expect((await expectJson(await call('POST', path, ada, json), 200, transferSchema)).id).toBe(
        transfer.id,
      )
      const listed = await call('GET', '/v1/transfers?status=asked', operator())
      const { transfers: all } = await expectJson(listed, 200, transferListSchema)
      expect(all.find(({ id }) => id === transfer.id)?.mails).toMatchObject([{ to: 'g…@example.com' }])

      const approve = `/v1/transfers/${transfer.id}/approve`
      await expectProblem(await call('POST', approve, ada, { reason: 'x' }), 403, 'forbidden')
      const approved = await call('POST', approve, operator(), { reason: 'they agree' })
      expect(await expectJson(approved, 200, transferSchema)).toMatchObject({ status: 'approved' })
      await vi.waitFor(async () => {
        await subject().passTime()
        const done = await expectJson(await call('GET', `${location}`, bob), 200, transferSchema)
        expect(done).toMatchObject({ status: 'done' })
      }, 5000)

      const yank = await call('POST', '/v1/workers/given-1/1.0.0/yank', ada, { reason: 'x' })
      await expectProblem(yank, 403, 'forbidden')
      expect((await call('POST', '/v1/workers/given-1/1.0.0/yank', bob, { reason: 'x' })).status).toBe(200)
      const events = await call('GET', '/v1/workers/given-1/events', bob)
      const kinds = (await expectJson(events, 200, workerEventsSchema)).events.map(({ kind }) => kind)
      expect(kinds).toEqual(['yank', 'transfer', 'approve_transfer'])
      const log = await expectJson(await subject().fetch('/v1/workers/given-1/log'), 200, workerLogSchema)
      expect(log.entries.map(({ kind }) => kind)).toEqual(['publish', 'staff_action', 'transfer', 'yank'])
      await mailsTo('given-1@example.com', 3)
      const cancelled = await call('POST', `${location}/cancel`, ada, { reason: 'x' })
      await expectProblem(cancelled, 409, 'transfer_closed')
    })

    it('is refused or cancelled, and seen by nobody else', async () => {
      const ada = await bring('kept-1')
      const json = { kind: 'transfer', to: 'operator', reason: 'no time' }
      const path = '/v1/workers/kept-1/transfers'
      const first = await expectJson(await call('POST', path, ada, json), 201, transferSchema)
      const stranger = await createToken(subject(), { scope: 'publish' })
      const address = `/v1/transfers/${first.id}`
      await expectProblem(await call('GET', address, stranger), 404, 'transfer_not_found')
      const none = await expectJson(await call('GET', path, stranger), 200, transferListSchema)
      expect(none.transfers).toEqual([])
      const refused = await call('POST', `${address}/refuse`, operator(), { reason: 'we have no time' })
      expect(await expectJson(refused, 200, transferSchema)).toMatchObject({ status: 'refused' })
      const second = await expectJson(await call('POST', path, ada, json), 201, transferSchema)
      const cancelled = await call('POST', `/v1/transfers/${second.id}/cancel`, ada, {
        reason: 'as you like',
      })
      expect(await expectJson(cancelled, 200, transferSchema)).toMatchObject({ status: 'cancelled' })
      await expectProblem(await call('POST', path, ada, { ...json, kind: 'sale' }), 422, 'invalid_body')
      await expectProblem(await call('POST', path, ada, { ...json, to: 'a b' }), 422, 'invalid_body')
      await expectProblem(await call('GET', '/v1/transfers?status=lost', operator()), 400, 'bad_request')
    })

    it('of an orphaned worker is stopped with the code out of the mail', async () => {
      const ada = await bring('orphan-1')
      const eve = await createToken(subject(), { scope: 'publish' })
      const path = '/v1/workers/orphan-1/transfers'
      const json = { kind: 'adoption', reason: 'I look after it' }
      await expectProblem(await call('POST', path, eve, json), 409, 'worker_not_orphaned')
      const orphan = { reason: 'no time' }
      await expectProblem(await call('POST', '/v1/workers/orphan-1/orphan', eve, orphan), 403, 'forbidden')
      const said = await call('POST', '/v1/workers/orphan-1/orphan', ada, orphan)
      expect((await expectJson(said, 200, orphanAnswerSchema)).orphaned).toMatchObject(orphan)
      const { id } = await expectJson(await call('POST', path, eve, json), 201, transferSchema)
      const [mail = ''] = await mailsTo('orphan-1@example.com', 1)
      const code = /--code ([0-9a-f]{32})/.exec(mail)?.[1]
      const object = (body: unknown) => send(subject(), 'POST', `/v1/transfers/${id}/object`, { json: body })
      const wrong = { code: '0'.repeat(32), reason: 'x' }
      await expectProblem(await object(wrong), 403, 'objection_invalid')
      const stopped = await object({ code, reason: 'I am back' })
      expect(await expectJson(stopped, 200, transferSchema)).toMatchObject({
        status: 'cancelled',
        end: { by: 'objection', reason: 'I am back' },
      })
    })
  })

  it('the address of a token is changed by its holder, and shown to nobody', async () => {
    const token = await createToken(subject(), { scope: 'publish', mail: 'first@example.com' })
    const path = '/v1/tokens/current/contact'
    const changed = await call('PUT', path, token, { mail: 'second@example.org' })
    expect(await expectJson(changed, 200, contactSchema)).toMatchObject({ mail: 's…@example.org' })
    expect(await expectJson(await call('GET', path, token), 200, contactSchema)).toMatchObject({
      mail: 's…@example.org',
    })
    await mailsTo('first@example.com', 1)
    for (const mail of [
      'a@b\r\nBcc: c@d.example',
      'a b@c.example',
      '"a"@b.example',
      'a@[::1]',
      'a'.repeat(260),
    ]) {
      await expectProblem(await call('PUT', path, token, { mail }), 422, 'invalid_body')
    }
    await expectProblem(await call('PUT', path, operator(), { mail: 'a@b.example' }), 403, 'forbidden')
    const removed = await call('PUT', path, token, { mail: null })
    expect(await expectJson(removed, 200, contactSchema)).toMatchObject({ mail: null })
  })
}
