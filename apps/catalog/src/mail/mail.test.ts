import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { MailMessage } from '@rbee/registry'
import { TemporaryFolder } from '@rbee/testing'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { composeMail, mailHost } from './compose-mail.ts'
import { fileMail } from './file-mail.ts'
import { smtpMail } from './smtp-mail.ts'

const SENDER = { address: 'rbee@registry.example' }

function aMessage(overrides: Partial<MailMessage> = {}): MailMessage {
  return {
    id: '7.1767225600000',
    to: 'ada@example.com',
    subject: 'Somebody asks for the worker echo-worker',
    text: 'A line.\n',
    at: Date.UTC(2026, 0, 2),
    ...overrides,
  }
}

/** The fields of a mail, unfolded, in their order. */
const fieldsOf = (mail: Uint8Array): string[] =>
  new TextDecoder()
    .decode(mail)
    .split('\r\n\r\n')[0]
    ?.replaceAll(/\r\n[ \t]/g, ' ')
    .split('\r\n') ?? []
const FIELDS = [
  'Auto-Submitted',
  'From',
  'To',
  'Subject',
  'Message-ID',
  'Date',
  'Content-Transfer-Encoding',
  'MIME-Version',
  'Content-Type',
]

describe('a mail', () => {
  it('is as RFC 5322 wants it', async () => {
    const mail = await composeMail(aMessage(), SENDER)
    expect(fieldsOf(mail)).toEqual([
      'Auto-Submitted: auto-generated',
      'From: rbee registry <rbee@registry.example>',
      'To: ada@example.com',
      'Subject: Somebody asks for the worker echo-worker',
      'Message-ID: <7.1767225600000@registry.example>',
      'Date: Fri, 02 Jan 2026 00:00:00 +0000',
      'Content-Transfer-Encoding: 7bit',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
    ])
  })

  it('has no field that somebody wrote into another', async () => {
    const hostile = fc.array(
      fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        '\0',
        'Bcc: a@b.example',
        ' ',
        '"',
        '<',
        '>',
        ',',
        ';',
        '\u2028',
        'é',
        '語',
        '=?',
      ),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (subject, text) => {
        const mail = await composeMail(
          aMessage({ subject: `x${subject.join('')}`, text: `x${text.join('')}` }),
          SENDER,
        )
        expect(fieldsOf(mail).map((line) => line.split(':')[0])).toEqual(FIELDS)
      }),
      { numRuns: 200 },
    )
  })

  it('comes from a host that programs take', () => {
    expect(mailHost('https://registry.example/rbee')).toBe('registry.example')
    for (const url of [null, 'http://127.0.0.1:8787', 'http://[::1]:8787'])
      expect(mailHost(url)).toBe('localhost')
  })
})

describe('mails as files', () => {
  it('are whole, the same once, and for their owner alone', async () => {
    await using folder = await TemporaryFolder.create()
    const place = join(folder.path, 'mail')
    const port = fileMail(place, SENDER)
    await Promise.all([port.send(aMessage()), port.send(aMessage({ id: '8.1767225600001' }))])
    await port.send(aMessage())
    expect((await readdir(place)).toSorted()).toEqual([
      '20260101T000000Z-00000007.eml',
      '20260101T000000Z-00000008.eml',
    ])
    const path = join(place, '20260101T000000Z-00000007.eml')
    expect((await readFile(path, 'utf8')).endsWith('\r\n\r\nA line.\r\n')).toBe(true)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(place)).mode & 0o777).toBe(0o700)
  })

  it('are refused where the folder cannot be written to, and taken once it can', async () => {
    await using folder = await TemporaryFolder.create()
    const place = join(folder.path, 'mail')
    await writeFile(place, 'in the way')
    const port = fileMail(place, SENDER)
    await expect(port.send(aMessage())).rejects.toThrow()
    await rm(place)
    await mkdir(join(place, '20260101T000000Z-00000007.eml'), { recursive: true })
    await expect(port.send(aMessage())).rejects.toThrow()
    expect(await readdir(place)).toHaveLength(1)
    await rm(join(place, '20260101T000000Z-00000007.eml'), { recursive: true })
    await port.send(aMessage())
    expect(await readdir(place)).toEqual(['20260101T000000Z-00000007.eml'])
  })
})

describe('mails to a server for mail', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  /** Answers as a server for mail does, but for what `refuses` names. @returns its address and what it was told. */
  async function aServer(refuses: string | null = null) {
    const told: string[] = []
    const server = createServer((socket) => talk(socket, told, refuses))
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    return { url: `smtp://127.0.0.1:${address.port}`, told }
  }

  it('are handed over with the recipient and nobody else', async () => {
    const { url, told } = await aServer()
    await smtpMail(url, SENDER).send(aMessage({ text: 'One.\n.\nTwo.\n' }))
    const lines = told.join('').split('\r\n')
    expect(lines).toContain('MAIL FROM:<rbee@registry.example>')
    expect(lines.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<ada@example.com>'])
    expect(lines).toContain('..')
    expect(lines).toContain('Two.')
  })

  it('are tried again where it refuses them or is not there', async () => {
    const { url } = await aServer('RCPT')
    await expect(smtpMail(url, SENDER).send(aMessage())).rejects.toThrow('550')
    await expect(smtpMail('smtp://127.0.0.1:1', SENDER).send(aMessage())).rejects.toThrow()
  })
})

function talk(socket: Socket, told: string[], refuses: string | null): void {
  let isData = false
  socket.on('error', () => {})
  socket.write('220 mail.example\r\n')
  socket.on('data', (bytes) => {
    const text = bytes.toString('latin1')
    told.push(text)
    if (isData) {
      if (!text.endsWith('\r\n.\r\n')) return
      isData = false
      socket.write('250 taken\r\n')
      return
    }
    const verb = text.slice(0, 4)
    isData = verb === 'DATA'
    if (verb === refuses) socket.write('550 no such user\r\n')
    else if (verb === 'QUIT') socket.end('221 bye\r\n')
    else socket.write(isData ? '354 go on\r\n' : '250 mail.example\r\n')
  })
}
