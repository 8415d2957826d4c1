import type { ErrorCode } from '@rbee/schema'

/** What a program's exit code tells other programs. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  nothingFits: 3,
  refused: 4,
  registry: 5,
  selfTest: 6,
  licence: 7,
  interrupted: 130,
} as const

const EXIT_OF_CODE: ReadonlyMap<ErrorCode, number> = new Map<ErrorCode, number>([
  ['usage', EXIT.usage],
  ['setting_invalid', EXIT.usage],
  // What is wrong is the setting RBEE_TOKEN: nothing that is tried again with it will do.
  ['token_missing', EXIT.usage],
  ['token_invalid', EXIT.usage],
  ['token_expired', EXIT.usage],
  ['forbidden', EXIT.usage],
  ['tokens_refused', EXIT.usage],
  ['oidc_unavailable', EXIT.usage],
  ['oidc_token_invalid', EXIT.usage],
  ['oidc_issuer_unknown', EXIT.usage],
  ['oidc_signature_invalid', EXIT.usage],
  ['oidc_audience_mismatch', EXIT.usage],
  ['oidc_token_expired', EXIT.usage],
  ['oidc_token_early', EXIT.usage],
  ['oidc_event_refused', EXIT.usage],
  ['oidc_claim_mismatch', EXIT.usage],
  ['oidc_no_publisher', EXIT.usage],
  ['oidc_permission_missing', EXIT.usage],
  ['invalid_id', EXIT.usage],
  ['invalid_cursor', EXIT.usage],
  ['invalid_query', EXIT.usage],
  ['invalid_version', EXIT.usage],
  ['nothing_fits', EXIT.nothingFits],
  ['invalid_variant', EXIT.nothingFits],
  ['bundle_incomplete', EXIT.nothingFits],
  ['digest_mismatch', EXIT.refused],
  ['size_mismatch', EXIT.refused],
  ['archive_invalid', EXIT.refused],
  ['archive_too_large', EXIT.refused],
  ['quarantined', EXIT.refused],
  ['rebuild_differs', EXIT.refused],
  ['lock_mismatch', EXIT.refused],
  ['bundle_invalid', EXIT.refused],
  ['bundle_expired', EXIT.refused],
  ['registry_unsigned', EXIT.refused],
  ['registry_untrusted', EXIT.refused],
  ['metadata_invalid', EXIT.refused],
  ['metadata_signature', EXIT.refused],
  ['metadata_threshold', EXIT.refused],
  ['metadata_rollback', EXIT.refused],
  ['metadata_expired', EXIT.refused],
  ['metadata_too_large', EXIT.refused],
  ['metadata_mixed', EXIT.refused],
  ['metadata_withheld', EXIT.refused],
  ['document_altered', EXIT.refused],
  ['document_foreign', EXIT.refused],
  ['metadata_not_found', EXIT.refused],
  ['keys_elsewhere', EXIT.refused],
  ['envelope_invalid', EXIT.refused],
  ['provenance_required', EXIT.refused],
  ['provenance_missing', EXIT.refused],
  ['provenance_invalid', EXIT.refused],
  ['provenance_wrong_subject', EXIT.refused],
  ['provenance_key_unknown', EXIT.refused],
  ['provenance_key_revoked', EXIT.refused],
  ['provenance_lost', EXIT.refused],
  ['key_history_invalid', EXIT.refused],
  ['publisher_key_changed', EXIT.refused],
  ['key_change_refused', EXIT.refused],
  ['publisher_key_exposed', EXIT.refused],
  ['log_unavailable', EXIT.refused],
  ['log_invalid', EXIT.refused],
  ['log_signature_invalid', EXIT.refused],
  ['log_not_included', EXIT.refused],
  ['log_entry_altered', EXIT.refused],
  ['log_entry_missing', EXIT.refused],
  ['log_entries_reordered', EXIT.refused],
  ['log_tree_invalid', EXIT.refused],
  ['log_shrunk', EXIT.refused],
  ['log_forked', EXIT.refused],
  ['log_split_view', EXIT.refused],
  ['log_release_unlogged', EXIT.refused],
  ['log_release_missing', EXIT.refused],
  ['log_release_altered', EXIT.refused],
  ['revocations_invalid', EXIT.refused],
  ['revocations_expired', EXIT.refused],
  ['registry_unreachable', EXIT.registry],
  ['registry_invalid', EXIT.registry],
  ['source_unreachable', EXIT.registry],
  ['catalog_unreachable', EXIT.registry],
  ['oidc_token_used', EXIT.registry],
  ['oidc_provider_unreachable', EXIT.registry],
  ['oidc_provider_invalid', EXIT.registry],
  ['rate_limited', EXIT.registry],
  ['storage_failed', EXIT.registry],
  ['signing_failed', EXIT.registry],
  ['not_ready', EXIT.registry],
  ['internal', EXIT.registry],
  ['self_test_failed', EXIT.selfTest],
  ['license_required', EXIT.licence],
  ['license_refused', EXIT.licence],
  ['seats_exhausted', EXIT.licence],
  ['seat_not_found', EXIT.licence],
  ['interrupted', EXIT.interrupted],
])

const CHOSEN = new WeakMap<Error, number>()

/** Makes a failure end the program with an exit code of the command's own, whatever its error code says. */
export function endingWith(failure: Error, exitCode: number): Error {
  CHOSEN.set(failure, exitCode)
  return failure
}

/** The exit code that the command chose for a failure; null where it left that to the error code. */
export function chosenExitCode(failure: unknown): number | null {
  return failure instanceof Error ? (CHOSEN.get(failure) ?? null) : null
}

export function exitCodeOf(code: ErrorCode): number {
  return EXIT_OF_CODE.get(code) ?? EXIT.failed
}
