import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Options of `rbee-catalog serve`, as texts of flags and variables; what is wrong is said with the flag's name. */
export const serverOptionsSchema = z.object({
  port: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a port from 0 to 65535'),
  host: z
    .string()
    .refine((host) => isIP(host) !== 0 || /^[A-Za-z0-9.-]+$/.test(host), 'must be an address or host name'),
  dataDir: z.string().min(1, 'may not be empty'),
  catalog: z.array(z.string().min(1)).default([]),
  publicUrl: z.string().transform(parsePublicUrl).optional(),
})

/**
 * Generated files carry this address and are run on other machines, so it must be https; only an address that never
 * leaves this machine may be http.
 */
function parsePublicUrl(text: string, context: z.RefinementCtx): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const plain =
    url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  const allowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname))
  if (url !== null && plain && allowed) return url.href.replace(/\/+$/, '')
  context.addIssue({
    code: 'custom',
    message: 'must be an https address (http only for this machine itself)',
  })
  return z.NEVER
}

/** The data folder as an absolute path; a relative one means the caller's folder. */
export function dataFolder(setting: string, cwd: string): string {
  return resolve(cwd, setting)
}
