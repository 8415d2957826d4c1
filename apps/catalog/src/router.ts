import type { Endpoint } from './endpoint.ts'
import { catalogStatus } from './routes/catalog/status.ts'
import { syncCatalogs } from './routes/catalog/sync.ts'
import { getJsonSchema } from './routes/documents/json-schema.ts'
import { getOpenApi } from './routes/documents/openapi.ts'
import { getSitemap, getSitemapIndex } from './routes/documents/sitemaps.ts'
import { getBlob } from './routes/downloads/blob.ts'
import { getDownload } from './routes/downloads/get.ts'
import { getImage } from './routes/images/get.ts'
import { putImage } from './routes/images/put.ts'
import { changeWorkerKeys, resetWorkerKeys } from './routes/keys/change.ts'
import { getWorkerKeys } from './routes/keys/get.ts'
import { getLicenseKey } from './routes/licenses/key.ts'
import {
  extendLicense,
  getLicense,
  issueLicense,
  listLicenses,
  revokeLicense,
} from './routes/licenses/manage.ts'
import { activateSeat, listSeats, releaseSeat, renewSeat, takeSeatAway } from './routes/licenses/seats.ts'
import { verifyLicense } from './routes/licenses/verify.ts'
import { getLogCheckpoint, getLogKey, getLogTile } from './routes/log/read.ts'
import { getFormula } from './routes/package-files/formula.ts'
import { legacyNamedFormula, legacyNamedPkgbuild } from './routes/package-files/named-file.ts'
import { getPkgbuild, legacyPkgbuild } from './routes/package-files/pkgbuild.ts'
import { getPlatformBuild } from './routes/package-files/platform-build.ts'
import { getSrcinfo } from './routes/package-files/srcinfo.ts'
import { getPacmanFile, getTapPack, tapFile } from './routes/package-repositories/files.ts'
import { getPrograms } from './routes/programs/get.ts'
import { getInstallScript } from './routes/programs/install-script.ts'
import { putPrograms } from './routes/programs/put.ts'
import { attestRebuild } from './routes/rebuilds/attest.ts'
import { listRebuilds } from './routes/rebuilds/list.ts'
import { strikeRebuilder } from './routes/rebuilds/strike.ts'
import {
  confirmSecurityFix,
  quarantineRelease,
  releaseFromQuarantine,
  unyankRelease,
  yankRelease,
} from './routes/releases/change-standing.ts'
import { listFiles } from './routes/releases/files.ts'
import { getRelease } from './routes/releases/get.ts'
import { getReleaseLog } from './routes/releases/log.ts'
import { getProvenance } from './routes/releases/provenance.ts'
import { publishRelease } from './routes/releases/publish.ts'
import { putPatch } from './routes/releases/put-patch.ts'
import { getRevocations } from './routes/revocations/get.ts'
import { findWorkers, findWorkersForHost } from './routes/search/find.ts'
import { getPublisher } from './routes/search/publisher.ts'
import { suggest } from './routes/search/suggest.ts'
import { listTags } from './routes/search/tags.ts'
import { health } from './routes/server/health.ts'
import { getMetrics } from './routes/server/metrics.ts'
import { ready } from './routes/server/ready.ts'
import { getSignedDocument, getSignedMetadata, getSignedWorker } from './routes/signed-metadata/get.ts'
import { publishRoot } from './routes/signed-metadata/publish-root.ts'
import { getSourcePack, sourceFile } from './routes/source-repositories/files.ts'
import { getStatisticsOverview } from './routes/stats/overview.ts'
import { getWorkerStatistics } from './routes/stats/worker.ts'
import { addSyncEntries } from './routes/syncs/add-entries.ts'
import { beginSync } from './routes/syncs/begin.ts'
import { dropCatalog } from './routes/syncs/drop.ts'
import { finishSync } from './routes/syncs/finish.ts'
import { getContact, putContact } from './routes/tokens/contact.ts'
import { createToken } from './routes/tokens/create.ts'
import { currentToken } from './routes/tokens/current.ts'
import { exchangeIdentity } from './routes/tokens/exchange-identity.ts'
import { revokeToken } from './routes/tokens/revoke.ts'
import { askTransfer } from './routes/transfers/ask.ts'
import {
  approveTransfer,
  cancelTransfer,
  objectToTransfer,
  refuseTransfer,
} from './routes/transfers/decide.ts'
import { getTransfer, listTransfers, listWorkerTransfers } from './routes/transfers/list.ts'
import { addTrustedPublisher } from './routes/trusted-publishers/add.ts'
import { listTrustedPublishers } from './routes/trusted-publishers/list.ts'
import { refuseTokens } from './routes/trusted-publishers/refuse-tokens.ts'
import { removeTrustedPublisher } from './routes/trusted-publishers/remove.ts'
import { abandonUpload } from './routes/uploads/abandon.ts'
import { completeUpload } from './routes/uploads/complete.ts'
import { getUpload } from './routes/uploads/get.ts'
import { openUpload } from './routes/uploads/open.ts'
import { writePart } from './routes/uploads/write-part.ts'
import { githubWebhook } from './routes/webhooks/github.ts'
import { getChangelog } from './routes/workers/changelog.ts'
import { getChecks } from './routes/workers/checks.ts'
import { getCloneUrl, legacyCloneUrl } from './routes/workers/clone-url.ts'
import { listDependents } from './routes/workers/dependents.ts'
import { deprecateWorker, undeprecateWorker } from './routes/workers/deprecate.ts'
import { listWorkerEvents } from './routes/workers/events.ts'
import { getWorker } from './routes/workers/get.ts'
import { legacyEntry, legacyList } from './routes/workers/legacy.ts'
import { listWorkers } from './routes/workers/list.ts'
import { getWorkerLog } from './routes/workers/log.ts'
import { orphanWorker } from './routes/workers/orphan.ts'
import { getReadme } from './routes/workers/readme.ts'
import { listVersions } from './routes/workers/versions.ts'
import { SITE } from './site/endpoints.ts'

export const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const
export type Endpoints = Partial<Record<(typeof METHODS)[number], Endpoint>>

/** Every address of the server. Of two that match a request, the upper one is taken. */
export const ROUTES: Readonly<Record<string, Endpoints>> = {
  '/v1/openapi.json': { GET: getOpenApi },
  '/v1/schemas/:file': { GET: getJsonSchema },

  '/sitemap.xml': { GET: getSitemapIndex },
  '/sitemaps/:file': { GET: getSitemap },

  '/install.sh': { GET: getInstallScript },
  '/v1/programs': { GET: getPrograms, PUT: putPrograms },

  '/health': { GET: health },
  '/ready': { GET: ready },
  '/metrics': { GET: getMetrics },

  '/workers': { GET: legacyList },
  '/workers/:id': { GET: legacyEntry },
  '/workers/:id/clone-url': { GET: legacyCloneUrl },
  '/workers/:id/PKGBUILD': { GET: legacyPkgbuild },
  '/workers/:id/PKGBUILD/:platform/:build': { GET: getPlatformBuild },
  '/pkgbuilds/arch/:file': { GET: legacyNamedPkgbuild },
  '/pkgbuilds/homebrew/:file': { GET: legacyNamedFormula },

  '/v1/search': { GET: findWorkers, POST: findWorkersForHost },
  '/v1/suggest': { GET: suggest },
  '/v1/tags': { GET: listTags },
  '/v1/publishers/:publisher': { GET: getPublisher },

  '/v1/workers': { GET: listWorkers },
  '/v1/workers/:id': { GET: getWorker },
  '/v1/workers/:id/versions': { GET: listVersions },
  '/v1/workers/:id/readme': { GET: getReadme },
  '/v1/workers/:id/changelog': { GET: getChangelog },
  '/v1/workers/:id/dependents': { GET: listDependents },
  '/v1/workers/:id/checks': { GET: getChecks },
  '/v1/workers/:id/pkgbuild': { GET: getPkgbuild },
  '/v1/workers/:id/srcinfo': { GET: getSrcinfo },
  '/v1/workers/:id/formula': { GET: getFormula },
  '/v1/workers/:id/clone-url': { GET: getCloneUrl },
  '/v1/workers/:id/stats': { GET: getWorkerStatistics },
  '/v1/workers/:id/log': { GET: getWorkerLog },
  '/v1/workers/:id/keys': { GET: getWorkerKeys, POST: changeWorkerKeys },
  '/v1/workers/:id/keys/reset': { POST: resetWorkerKeys },
  '/v1/workers/:id/events': { GET: listWorkerEvents },
  '/v1/workers/:id/deprecate': { POST: deprecateWorker },
  '/v1/workers/:id/undeprecate': { POST: undeprecateWorker },
  '/v1/workers/:id/orphan': { POST: orphanWorker },
  '/v1/workers/:id/transfers': { GET: listWorkerTransfers, POST: askTransfer },
  '/v1/workers/:id/trusted-publishers': { GET: listTrustedPublishers, POST: addTrustedPublisher },
  '/v1/workers/:id/trusted-publishers/:publisher_id': { DELETE: removeTrustedPublisher },
  '/v1/workers/:id/tokens-refused': { PUT: refuseTokens },
  '/v1/workers/:id/:version': { GET: getRelease, PUT: publishRelease },
  '/v1/workers/:id/:version/log': { GET: getReleaseLog },
  '/v1/workers/:id/:version/rebuilds': { GET: listRebuilds, POST: attestRebuild },
  '/v1/workers/:id/:version/provenance/:platform/:variant': { GET: getProvenance },
  '/v1/workers/:id/:version/files/:platform/:variant': { GET: listFiles },
  '/v1/workers/:id/:version/patches/:platform/:variant/:from': { PUT: putPatch },
  '/v1/workers/:id/:version/download': { GET: getDownload },
  '/v1/workers/:id/:version/yank': { POST: yankRelease },
  '/v1/workers/:id/:version/unyank': { POST: unyankRelease },
  '/v1/workers/:id/:version/quarantine': { POST: quarantineRelease },
  '/v1/workers/:id/:version/release': { POST: releaseFromQuarantine },
  '/v1/workers/:id/:version/security-fix': { POST: confirmSecurityFix },
  '/v1/transfers': { GET: listTransfers },
  '/v1/transfers/:transfer_id': { GET: getTransfer },
  '/v1/transfers/:transfer_id/approve': { POST: approveTransfer },
  '/v1/transfers/:transfer_id/refuse': { POST: refuseTransfer },
  '/v1/transfers/:transfer_id/cancel': { POST: cancelTransfer },
  '/v1/transfers/:transfer_id/object': { POST: objectToTransfer },
  '/v1/rebuilders/strikes': { POST: strikeRebuilder },
  '/v1/revocations': { GET: getRevocations },
  '/v1/blobs/sha256/:sha256': { GET: getBlob },

  '/v1/images/:sha256': { GET: getImage },

  '/v1/tuf/root': { PUT: publishRoot },
  '/v1/tuf/:file': { GET: getSignedMetadata },
  '/v1/tuf/targets/:file': { GET: getSignedDocument },
  '/v1/tuf/targets/workers/:file': { GET: getSignedWorker },

  '/arch/:arch/:file': { GET: getPacmanFile },
  '/homebrew/tap.git/HEAD': { GET: tapFile('HEAD') },
  '/homebrew/tap.git/info/refs': { GET: tapFile('info/refs') },
  '/homebrew/tap.git/objects/info/packs': { GET: tapFile('objects/info/packs') },
  '/homebrew/tap.git/objects/pack/:file': { GET: getTapPack },

  '/sources/:repository/HEAD': { GET: sourceFile('HEAD') },
  '/sources/:repository/info/refs': { GET: sourceFile('info/refs') },
  '/sources/:repository/objects/info/packs': { GET: sourceFile('objects/info/packs') },
  '/sources/:repository/objects/pack/:file': { GET: getSourcePack },

  '/v1/log/checkpoint': { GET: getLogCheckpoint },
  '/v1/log/key': { GET: getLogKey },
  '/v1/log/tile/*': { GET: getLogTile },

  '/v1/stats/overview': { GET: getStatisticsOverview },

  '/v1/uploads': { POST: openUpload },
  '/v1/uploads/:upload_id': { GET: getUpload, DELETE: abandonUpload },
  '/v1/uploads/:upload_id/parts/:part': { PUT: writePart },
  '/v1/uploads/:upload_id/complete': { POST: completeUpload },

  '/v1/catalog/status': { GET: catalogStatus },
  '/v1/catalog/sync': { POST: syncCatalogs },
  '/v1/catalog/images/:sha256': { PUT: putImage },
  '/v1/catalog/syncs': { POST: beginSync, DELETE: dropCatalog },
  '/v1/catalog/syncs/:sync_id/entries': { PUT: addSyncEntries },
  '/v1/catalog/syncs/:sync_id/finish': { POST: finishSync },

  '/v1/licenses': { GET: listLicenses, POST: issueLicense },
  '/v1/licenses/verify': { POST: verifyLicense },
  '/v1/licenses/activate': { POST: activateSeat },
  '/v1/licenses/heartbeat': { POST: renewSeat },
  '/v1/licenses/release': { POST: releaseSeat },
  '/v1/licenses/key': { GET: getLicenseKey },
  '/v1/licenses/:license_id': { GET: getLicense },
  '/v1/licenses/:license_id/revoke': { POST: revokeLicense },
  '/v1/licenses/:license_id/extend': { POST: extendLicense },
  '/v1/licenses/:license_id/seats': { GET: listSeats },
  '/v1/licenses/:license_id/seats/:fingerprint': { DELETE: takeSeatAway },

  '/v1/webhooks/github': { POST: githubWebhook },

  '/v1/oidc/token': { POST: exchangeIdentity },
  '/v1/tokens': { POST: createToken },
  '/v1/tokens/current': { GET: currentToken },
  '/v1/tokens/current/contact': { GET: getContact, PUT: putContact },
  '/v1/tokens/:token_id': { DELETE: revokeToken },

  ...SITE,
}
