import type { Sha256 } from '@rbee/schema'
import { listDependents } from './dependents/list-dependents.ts'
import { putImage } from './images/put-image.ts'
import { activateSeat, releaseSeat, renewSeat } from './licenses/claim-seat.ts'
import {
  extendLicense,
  issueLicense,
  listLicenses,
  requireSigner,
  revokeLicense,
} from './licenses/issue-license.ts'
import { listSeats, readIssuedLicense, takeSeatAway } from './licenses/manage-seats.ts'
import { verifyLicense } from './licenses/verify-license.ts'
import { logKeyChanges } from './log/key-changes.ts'
import { writeLog } from './log/write-log.ts'
import { changeContact, readContact } from './mail/contacts.ts'
import { forgetMails, sendMails } from './mail/send-mails.ts'
import { putPatch } from './patches/put-patch.ts'
import { offerPrograms } from './programs/offer-programs.ts'
import { changeKeys, resetKeys } from './provenance/change-keys.ts'
import { attestRebuild } from './rebuilds/attest-rebuild.ts'
import { strikeRebuilder } from './rebuilds/strike-rebuilder.ts'
import type { Registry, RegistryPorts } from './registry.ts'
import { mayPublish } from './releases/may-publish.ts'
import { publishRelease } from './releases/publish-release.ts'
import { issueRevocations } from './revocations/issue-revocations.ts'
import { PAGED_FOR_MS } from './search/index-columns.ts'
import { mendIndex } from './search/mend-index.ts'
import { signLogKey } from './signing/sign-log-key.ts'
import { changeRelease, deprecateWorker, listEvents, undeprecateWorker } from './standing/change-standing.ts'
import { countDownloads, forgetDownloaders } from './statistics/count-downloads.ts'
import { recoverStatistics, writeDueStatistics } from './statistics/write-statistics.ts'
import { addSyncEntries } from './sync/add-entries.ts'
import { beginSync } from './sync/begin-sync.ts'
import { dropCatalog } from './sync/drop-catalog.ts'
import { finishSync } from './sync/finish-sync.ts'
import { openSyncs } from './sync/open-syncs.ts'
import { recordCatalogFailure } from './sync/record-failure.ts'
import { sweepSyncs } from './sync/sweep-syncs.ts'
import { authenticate, createToken, operatorHash, revokeToken } from './tokens/tokens.ts'
import { askTransfer } from './transfers/ask-transfer.ts'
import { cancelTransfer, objectToTransfer } from './transfers/cancel-transfer.ts'
import { completeTransfers } from './transfers/complete-transfers.ts'
import { listTransfers, listWorkerTransfers, readTransfer } from './transfers/find-transfer.ts'
import { orphanWorker } from './transfers/orphan-worker.ts'
import { approveTransfer, refuseTransfer } from './transfers/review-transfer.ts'
import { exchangeIdentity, forgetIdentities } from './trusted-publishers/exchange-identity.ts'
import {
  addTrustedPublisher,
  listTrustedPublishers,
  removeTrustedPublisher,
  setTokensRefused,
} from './trusted-publishers/manage-publishers.ts'
import { writeDueDocuments } from './upkeep/due-documents.ts'
import { checkReady } from './upkeep/readiness.ts'
import { restoreLostRows } from './upkeep/restore-rows.ts'
import { completeUpload } from './uploads/complete-upload.ts'
import { listFilesOfArchives } from './uploads/file-lists.ts'
import { endUpload, openUpload } from './uploads/open-upload.ts'
import { sweepUploads } from './uploads/sweep-uploads.ts'
import { findUpload, openState } from './uploads/upload-state.ts'
import { writePart } from './uploads/write-part.ts'

/** The use cases that change the catalog, on top of the given database, stores, clock and randomness. */
export function createRegistry(ports: RegistryPorts): Registry {
  const syncs = openSyncs(ports.database)
  const operatorHashes = new Set<Sha256>()
  return {
    authenticate: (token) => authenticate(ports, operatorHashes, token),
    createToken: (caller, input) => createToken(ports, caller, input),
    revokeToken: (caller, id) => revokeToken(ports, caller, id),
    async ensureOperatorToken(token) {
      operatorHashes.add(operatorHash(token))
    },

    listTrustedPublishers: (caller, id) => listTrustedPublishers(ports, caller, id),
    addTrustedPublisher: (caller, id, input) => addTrustedPublisher(ports, caller, id, input),
    removeTrustedPublisher: (caller, id, publisher) => removeTrustedPublisher(ports, caller, id, publisher),
    setTokensRefused: (caller, id, refused) => setTokensRefused(ports, caller, id, refused),
    exchangeIdentity: (input, audience) => exchangeIdentity(ports, input, audience),

    openUpload: (caller, input) => openUpload(ports, caller, input),
    async uploadState(caller, id) {
      const found = await findUpload(ports, caller, id)
      return found.kind === 'stored' ? found.state : openState(ports.database, found.upload)
    },
    writePart: (caller, id, part, body, size) => writePart(ports, caller, id, part, body, size),
    completeUpload: (caller, id) => completeUpload(ports, caller, id),
    async abandonUpload(caller, id) {
      const found = await findUpload(ports, caller, id)
      if (found.kind === 'open') await endUpload(ports, found.upload)
    },

    publishRelease: (caller, id, input) => publishRelease(ports, caller, id, input),

    changeRelease: (caller, change) => changeRelease(ports, caller, change),
    deprecateWorker: (caller, id, input) => deprecateWorker(ports, caller, id, input),
    undeprecateWorker: (caller, id, reason) => undeprecateWorker(ports, caller, id, reason),
    changeKeys: (caller, id, input) => changeKeys(ports, caller, id, input),
    resetKeys: (caller, id, input) => resetKeys(ports, caller, id, input),
    putPatch: (caller, name, body, size) => putPatch(ports, caller, name, body, size),
    attestRebuild: (caller, release, input) => attestRebuild(ports, caller, release, input),
    strikeRebuilder: (caller, input) => strikeRebuilder(ports, caller, input),
    listEvents: (caller, id) => listEvents(ports, caller, id),
    orphanWorker: (caller, id, input) => orphanWorker(ports, caller, id, input),
    askTransfer: (caller, id, input) => askTransfer(ports, caller, id, input),
    listTransfers: (caller, filter) => listTransfers(ports, caller, filter),
    listWorkerTransfers: (caller, id) => listWorkerTransfers(ports, caller, id),
    readTransfer: (caller, id) => readTransfer(ports, caller, id),
    approveTransfer: (caller, id, input) => approveTransfer(ports, caller, id, input),
    refuseTransfer: (caller, id, reason) => refuseTransfer(ports, caller, id, reason),
    cancelTransfer: (caller, id, reason) => cancelTransfer(ports, caller, id, reason),
    objectToTransfer: (id, input) => objectToTransfer(ports, id, input),
    completeTransfers: () => completeTransfers(ports),
    readContact: (caller) => readContact(ports, caller),
    changeContact: (caller, mail) => changeContact(ports, caller, mail),
    sendMails: () => sendMails(ports),
    issueRevocations: () => issueRevocations(ports),
    offerPrograms: (caller, input) => offerPrograms(ports, caller, input),

    issueLicense: (caller, input) => issueLicense(ports, caller, input),
    extendLicense: (caller, id, input) => extendLicense(ports, caller, id, input),
    revokeLicense: (caller, id, reason) => revokeLicense(ports, caller, id, reason),
    readLicense: (caller, id) => readIssuedLicense(ports, caller, id),
    listLicenses: (caller, limit, cursor) => listLicenses(ports, caller, limit, cursor),
    verifyLicense: (token) => verifyLicense(ports, token),
    mayPublish: (token, id) => mayPublish(ports, () => authenticate(ports, operatorHashes, token), id),
    activateSeat: (input) => activateSeat(ports, input),
    renewSeat: (input) => renewSeat(ports, input),
    releaseSeat: (input) => releaseSeat(ports, input),
    listSeats: (caller, id, page) => listSeats(ports, caller, id, page),
    takeSeatAway: (caller, id, fingerprint) => takeSeatAway(ports, caller, id, fingerprint),
    signDownload: (sha256) => requireSigner(ports).links.sign(sha256, ports.clock()),
    isSignedDownload: (sha256, query) =>
      ports.licenses?.links.isSigned(sha256, query, ports.clock()) ?? false,
    licenseKey: ports.licenses?.verifier.publicKey ?? null,

    putImage: (caller, sha256, bytes) => putImage(ports, caller, sha256, bytes),
    beginSync: (caller, input) => beginSync(ports, caller, input),
    addSyncEntries: (caller, syncId, entries) => addSyncEntries(ports, syncs, caller, syncId, entries),
    finishSync: (caller, syncId, findings, about) =>
      finishSync(ports, syncs, caller, syncId, findings, about),
    recordCatalogFailure: (caller, catalog, failure, position) =>
      recordCatalogFailure(ports, caller, catalog, failure, position),
    dropCatalog: (caller, catalog) => dropCatalog(ports, caller, catalog),

    countDownloads: (marks) => countDownloads(ports, marks),
    writeDueStatistics: () => writeDueStatistics(ports),

    async restoreLostRows() {
      const restored = await restoreLostRows(ports)
      await ports.database.adoptArtifacts()
      await recoverStatistics(ports)
      return restored
    },
    writeDueDocuments: () => writeDueDocuments(ports),
    mendIndex: (isThorough) => mendIndex(ports, isThorough),
    logKeyChanges: () => logKeyChanges(ports),
    writeLog: () => writeLog(ports),
    signLogKey: () => signLogKey(ports),
    listDependents: (worker, limit, cursor) => listDependents(ports, worker, limit, cursor),
    listFilesOfArchives: () => listFilesOfArchives(ports),
    async sweep() {
      await sweepSyncs(ports)
      await forgetDownloaders(ports)
      await forgetMails(ports)
      await forgetIdentities(ports)
      await ports.database.sweepIndex(ports.clock() - 2 * PAGED_FOR_MS)
      return { uploads: await sweepUploads(ports) }
    },
    checkReady: () => checkReady(ports),
  }
}
