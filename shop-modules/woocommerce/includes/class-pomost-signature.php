<?php
/** Signatures of the module contract, §1. Knows nothing of WordPress. */
final class Pomost_Signature {
	public const WINDOW       = 300;
	public const LARGEST_CALL = 262144;

	public static function sign( string $secret, string $timestamp, string $nonce, string $method, string $body ): string {
		return hash_hmac( 'sha256', "$timestamp\n$nonce\n$method\n$body", $secret );
	}

	/** What is wrong with a call: '' (nothing), 'too-large', 'signature' or 'stale'. The nonce is the caller's to take. */
	public static function problem( string $secret, string $timestamp, string $nonce, string $method, string $body, string $signature, int $now ): string {
		if ( strlen( $body ) > self::LARGEST_CALL ) {
			return 'too-large';
		}
		$well_formed = '' !== $secret && preg_match( '/^\d{1,12}$/D', $timestamp ) && preg_match( '/^[A-Za-z0-9_-]{16,64}$/D', $nonce ) && 'push' !== $method;
		if ( ! $well_formed || ! hash_equals( self::sign( $secret, $timestamp, $nonce, $method, $body ), $signature ) ) {
			return 'signature';
		}
		return abs( (int) $timestamp - $now ) > self::WINDOW ? 'stale' : '';
	}

	/** Headers of a call of ours. */
	public static function headers( string $secret, string $method, string $body, int $now ): array {
		$nonce = bin2hex( random_bytes( 16 ) );
		return array(
			'Content-Type'       => 'application/json',
			'X-Pomost-Method'    => $method,
			'X-Pomost-Timestamp' => (string) $now,
			'X-Pomost-Nonce'     => $nonce,
			'X-Pomost-Signature' => self::sign( $secret, (string) $now, $nonce, $method, $body ),
		);
	}
}
