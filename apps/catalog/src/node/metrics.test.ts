import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { problemSchema, tokenAnswerSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../entry/node.ts'
import type { MetricsReaders } from '../settings.ts'

const TOKEN = 'rbee_op_of-the-test'

describe('/metrics', () => {
  let dataDir = ''
  let server: RunningServer | null = null
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rbee-metrics-'))
  })
  afterEach(async () => {
    await server?.close()
    await rm(dataDir, { recursive: true })
  })

  async function start(metrics?: MetricsReaders): Promise<string> {
    server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir,
      operatorToken: TOKEN,
      metrics,
      log: { info: () => {}, error: () => {} },
      clock: Date.now,
      randomBytes,
    })
    return server.url
  }

  it('tells requests by route, method and status, in the text format', async () => {
    const url = await start('open')
    for (const path of ['/v1/workers', '/v1/workers', '/v1/workers/nobody', '/nothing?x=1']) {
      await (await fetch(url + path)).arrayBuffer()
    }
    const response = await fetch(`${url}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const text = await response.text()
    const count = 'rbee_http_request_duration_seconds_count'
    expect(text).toContain(`${count}{route="/v1/workers",method="GET",status="200"} 2`)
    expect(text).toContain(`${count}{route="/v1/workers/:id",method="GET",status="404"} 1`)
    expect(text).toContain(`${count}{route="none",method="GET",status="404"} 1`)
    expect(text).toMatch(
      /^rbee_http_request_duration_seconds_bucket\{route="\/v1\/workers",.*,le="0.25"\} 2$/m,
    )
    expect(text).toMatch(/^rbee_http_response_bytes_total\{route="\/v1\/workers"\} [1-9]\d+$/m)
    expect(text).toMatch(/^rbee_http_requests_in_flight \d$/m)
    expect(text).toMatch(/^rbee_http_connections [1-9]$/m)
    expect(text).toMatch(/^rbee_due_workers 0$/m)
    expect(text).toMatch(/^rbee_build_info\{version="\d+\.\d+\.\d+"\} 1$/m)
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
    expect(text).not.toContain('nobody')
  })

  it('follows the format line by line', async () => {
    const text = await (await fetch(`${await start('open')}/metrics`)).text()
    const sample = /^[a-z0-9_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)+\})? (-?[\d.]+(e[+-]?\d+)?|\+Inf|Nan)$/
    for (const line of text.split('\n')) {
      if (line !== '' && !line.startsWith('# ')) expect(line).toMatch(sample)
    }
  })

  it('asks for an operator token where the operator said so', async () => {
    const url = await start('token')
    const ask = async (token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const response = await fetch(`${url}/metrics`, { headers })
      await response.arrayBuffer()
      return response.status
    }
    const created = await fetch(`${url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: '{"scope":"publish"}',
    })
    const publish = tokenAnswerSchema.parse(await created.json()).token
    expect([await ask(), await ask('rbee_op_other'), await ask(publish), await ask(TOKEN)]).toEqual([
      401, 401, 403, 200,
    ])
  })

  it.each([undefined, 'off'] as const)('is not there when it is %s', async (readers) => {
    const response = await fetch(`${await start(readers)}/metrics`)
    expect(response.status).toBe(404)
    const problem = problemSchema.parse(await response.json())
    expect(problem).toMatchObject({
      code: 'metrics_unavailable',
      next: 'start the server with --metrics open or --metrics token',
    })
  })
})
