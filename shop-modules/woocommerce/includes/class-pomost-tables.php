<?php
/** The module's own tables and options. */
final class Pomost_Tables {
	private const OPTIONS = array( 'pomost_version', 'pomost_log_name', 'pomost_log_removed', 'pomost_push', 'pomost_sharing' );

	public static function name( string $table ): string {
		global $wpdb;
		return $wpdb->prefix . 'pomost_' . $table;
	}

	public static function install(): void {
		global $wpdb;
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		$charset = $wpdb->get_charset_collate();
		// dbDelta reads this text: two spaces before (seq), one column a line.
		dbDelta(
			'CREATE TABLE ' . self::name( 'log' ) . " (
  seq bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  stream varchar(16) NOT NULL,
  kind varchar(8) NOT NULL,
  object_id varchar(64) NOT NULL,
  at_time bigint(20) NOT NULL,
  pushed tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY  (seq),
  KEY waiting (pushed,seq),
  KEY at_time (at_time)
) $charset;"
		);
		dbDelta(
			'CREATE TABLE ' . self::name( 'subscriber' ) . " (
  id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  email varchar(190) NOT NULL,
  email_state varchar(16) DEFAULT NULL,
  email_at bigint(20) DEFAULT NULL,
  email_source varchar(16) DEFAULT NULL,
  sms_state varchar(16) DEFAULT NULL,
  sms_at bigint(20) DEFAULT NULL,
  sms_source varchar(16) DEFAULT NULL,
  first_name varchar(190) DEFAULT NULL,
  tags text,
  registered_at bigint(20) NOT NULL,
  changed_at bigint(20) NOT NULL,
  seq bigint(20) unsigned NOT NULL,
  PRIMARY KEY  (id),
  UNIQUE KEY email (email),
  KEY seq (seq)
) $charset;"
		);
		dbDelta(
			'CREATE TABLE ' . self::name( 'cart' ) . " (
  id varchar(36) NOT NULL,
  account bigint(20) unsigned NOT NULL DEFAULT 0,
  email varchar(190) NOT NULL,
  currency varchar(3) NOT NULL,
  total varchar(32) NOT NULL,
  cart_lines longtext NOT NULL,
  order_id bigint(20) unsigned NOT NULL DEFAULT 0,
  changed_at bigint(20) NOT NULL,
  seq bigint(20) unsigned NOT NULL,
  PRIMARY KEY  (id),
  KEY seq (seq)
) $charset;"
		);
		dbDelta(
			'CREATE TABLE ' . self::name( 'nonce' ) . " (
  nonce varchar(64) NOT NULL,
  until_time bigint(20) NOT NULL,
  PRIMARY KEY  (nonce)
) $charset;"
		);
		add_option( 'pomost_log_name', bin2hex( random_bytes( 8 ) ), '', false );
		add_option( 'pomost_log_removed', 0, '', false );
		Pomost_Sharing::begin( false !== get_option( 'pomost_version' ) );
		update_option( 'pomost_version', POMOST_VERSION, true );
	}

	public static function drop(): void {
		global $wpdb;
		foreach ( array( 'log', 'subscriber', 'cart', 'nonce' ) as $table ) {
			$wpdb->query( 'DROP TABLE IF EXISTS ' . self::name( $table ) );
		}
		array_map( 'delete_option', self::OPTIONS );
	}

	/** True once for each nonce within the window. */
	public static function take_nonce( string $nonce, int $now ): bool {
		global $wpdb;
		$table = self::name( 'nonce' );
		$wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE until_time < %d", $now ) );
		$quiet = $wpdb->suppress_errors( true );
		$taken = $wpdb->query( $wpdb->prepare( "INSERT INTO $table (nonce, until_time) VALUES (%s, %d)", $nonce, $now + 2 * Pomost_Signature::WINDOW + 1 ) );
		$wpdb->suppress_errors( $quiet );
		return 1 === $taken;
	}
}
