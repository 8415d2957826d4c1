import type { ServerResponse } from 'node:http'
import { RequestError } from '../errors.ts'
import { isRefused, type LicenseRefused, type LicenseState, timeText } from '../license/guard.ts'
import type { Handler } from './handler.ts'
import type { WorkerService } from './service.ts'

/** Does nothing of the work that is sold without a licence; says on each answer that it is given in its grace. */
export function licensed(server: WorkerService, handle: Handler): Handler {
  const { license } = server.sources
  if (license === null) return handle
  return async (request, response, controller) => {
    sayGrace(response, admit(await license.check()))
    await handle(request, response, controller)
  }
}

/** Throws a {@link RequestError} for a state in which nobody is served. */
export function admit(state: LicenseState): Exclude<LicenseState, LicenseRefused> {
  if (!isRefused(state)) return state
  const text = `${state.message}; ${state.next}.`
  if (state.name === 'clock_back') throw new RequestError('license_clock_back', text)
  throw new RequestError('license_refused', text, { reason: state.reason })
}

/** What `/health` tells of a licence. */
export function describeLicense(state: LicenseState): object {
  switch (state.name) {
    case 'valid':
    case 'grace':
      return { state: state.name, until: timeText(state.until) }
    case 'refused':
      return { state: state.name, reason: state.reason, message: state.message, next: state.next }
    case 'clock_back':
      return { state: state.name, message: state.message, next: state.next }
  }
}

function sayGrace(response: ServerResponse, state: LicenseState): void {
  if (state.name !== 'grace') return
  response.setHeader('x-rbee-license', 'grace')
  response.setHeader('x-rbee-license-until', timeText(state.until))
}
