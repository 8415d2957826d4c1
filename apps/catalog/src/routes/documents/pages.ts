import type { Endpoint } from '../../endpoint.ts'
import { publicUrlOf } from '../../http/public-url.ts'
import { apiPage } from '../../pages/api-page.ts'
import { errorsPage } from '../../pages/errors-page.ts'
import { manifestPage } from '../../pages/manifest-page.ts'
import { pageAnswer } from '../../pages/page.ts'
import { startPage } from '../../pages/start-page.ts'

const WORKERS_SHOWN = 200

export const getStartPage: Endpoint = {
  async handle(context, services) {
    const { list } = await services.reader.listWorkers(WORKERS_SHOWN, null)
    return pageAnswer(startPage(list, publicUrlOf(context, services)))
  },
}

export const getApiPage: Endpoint = {
  handle: (context, services) => pageAnswer(apiPage(publicUrlOf(context, services))),
}

export const getErrorsPage: Endpoint = { handle: () => pageAnswer(errorsPage()) }

export const getManifestPage: Endpoint = { handle: () => pageAnswer(manifestPage()) }
