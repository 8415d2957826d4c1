import { z } from 'zod'

/** Makes a leaked licence recognisable to secret scanners. */
export const LICENSE_PREFIX = 'rbee_lic_'

/** Longer than every token that can be issued; what is longer is not looked at. */
export const LICENSE_TOKEN_MAX = 8192

export const licenseIdSchema = z.string().regex(/^[0-9a-f]{24}$/, 'must be the 24 digits of a licence')
