import { z } from 'zod'

/** What the server's answers depend on, parsed by the entry of the runtime. */
export interface AppSettings {
  /** Address under which clients reach the server, without a slash at the end; null: the address of each request. */
  readonly publicUrl: string | null
  /** Origins whose pages may read the API from a browser. */
  readonly allowedOrigins: readonly string[]
  /** Version of the server. */
  readonly version: string
}

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The setting RBEE_PUBLIC_URL, without a slash at its end. Generated files carry this address to other machines, so it
 * must be https; only an address that never leaves this machine may be http.
 */
export const publicUrlSchema = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && isPlain(url) && isSafe(url)) return url.href.replace(/\/+$/, '')
  context.addIssue({
    code: 'custom',
    message: 'must be an https address (http only for this machine itself)',
  })
  return z.NEVER
})

function isPlain({ username, password, search, hash }: URL): boolean {
  return username === '' && password === '' && search === '' && hash === ''
}

function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.has(hostname))
}
