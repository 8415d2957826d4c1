import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { catalogFolder, endPrograms, type Serving, serve } from './testing/program.ts'

const SECRET = 'a-secret-of-the-operator'
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await endPrograms()
})

/** Begins to send the one part of an upload. */
async function beginUpload(server: Serving, bytes: Buffer) {
  const opened = await fetch(`${server.url}/v1/uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({
      format: 'tar.gz',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
      digest: `sha256:${'0'.repeat(64)}`,
    }),
  })
  const { upload_id } = (await opened.json()) as { upload_id: string }
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  sockets.push(socket)
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text
  })
  socket.on('error', () => {})
  socket.write(
    `PUT /v1/uploads/${upload_id}/parts/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${SECRET}\r\n` +
      `Content-Length: ${bytes.length}\r\n\r\n`,
  )
  socket.write(bytes.subarray(0, 100))
  await new Promise((resolve) => setTimeout(resolve, 200))
  return { socket, answer: () => answer, closed: once(socket, 'close') }
}

describe('a server that is told to stop', () => {
  it('takes an upload to its end that arrives slowly', async () => {
    await using folder = await catalogFolder()
    await using server = await serve(folder.path, ['--catalog', 'catalog'], { RBEE_OPERATOR_TOKEN: SECRET })
    const bytes = randomBytes(1000)
    const upload = await beginUpload(server, bytes)
    const stopped = server.stop()
    await expect.poll(server.stderr).toMatch(/stopping/)
    for (let sent = 100; sent < bytes.length; sent += 300) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      upload.socket.write(bytes.subarray(sent, sent + 300))
    }
    await upload.closed
    expect(upload.answer()).toMatch(/^HTTP\/1\.1 200 /)
    const { code, stderr } = await stopped
    expect(code).toBe(0)
    expect(stderr).toContain('"route":"/v1/uploads/:upload_id/parts/:part","status":200')
  })

  it('waits no longer than --grace, and not at all when it is told again', async () => {
    await using folder = await catalogFolder()
    const args = ['--catalog', 'catalog']
    const env = { RBEE_OPERATOR_TOKEN: SECRET }
    await using short = await serve(folder.path, [...args, '--grace', '1'], env)
    await beginUpload(short, randomBytes(1000))
    expect((await short.stop()).code).toBe(0)

    await using patient = await serve(folder.path, args, env)
    await beginUpload(patient, randomBytes(1000))
    const stopped = patient.stop()
    await expect.poll(patient.stderr).toMatch(/stopping/)
    void patient.stop()
    expect((await stopped).code).toBe(130)
  })
})
