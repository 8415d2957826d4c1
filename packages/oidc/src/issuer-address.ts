import { z } from 'zod'

/** Who signs the identity tokens of GitHub Actions; source: https://docs.github.com/actions/reference/openid-connect-reference */
export const DEFAULT_ISSUER = 'https://token.actions.githubusercontent.com'

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * An issuer that a registry may believe, exactly as it stands in the claim `iss`: an https address without query (OpenID
 * Connect Discovery 1.0, section 3); http only where it never leaves this machine.
 */
export const issuerAddressSchema = z
  .string()
  .max(500)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null
    if (url === null || /[?#@\s]/.test(text) || text.endsWith('/')) return false
    return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname))
  }, 'must be the https address of an issuer, without a slash at its end')
