<?php
/**
 * Plugin Name: Pomost
 * Description: Tells Pomost what changes in this shop: customers, orders, carts, newsletter. Built by Pomost for this shop alone.
 * Version: 1.1.0
 * Requires at least: 6.0
 * Requires PHP: 8.1
 * Requires Plugins: woocommerce
 * License: MIT
 * Text Domain: pomost
 */

defined( 'ABSPATH' ) || exit;

const POMOST_VERSION = '1.1.0';

foreach ( array( 'signature', 'lists', 'tables', 'log', 'subscribers', 'carts', 'consent', 'sharing', 'hooks', 'push', 'calls' ) as $pomost_part ) {
	require_once __DIR__ . "/includes/class-pomost-$pomost_part.php";
}

/** What Pomost wrote into this archive: the secret of all calls, and the address to push to ('' = none). */
function pomost_configuration(): array {
	static $configuration = null;
	if ( null === $configuration ) {
		$file          = __DIR__ . '/pomost-config.php';
		$configuration = is_readable( $file ) ? require $file : array();
	}
	return $configuration + array( 'secret' => '', 'inbox' => '' );
}

register_activation_hook( __FILE__, array( 'Pomost_Tables', 'install' ) );
register_deactivation_hook( __FILE__, array( 'Pomost_Push', 'unschedule' ) );

// Orders live in tables of their own in newer shops; this module reads none of them directly.
add_action(
	'before_woocommerce_init',
	static function () {
		if ( class_exists( \Automattic\WooCommerce\Utilities\FeaturesUtil::class ) ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'custom_order_tables', __FILE__, true );
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'cart_checkout_blocks', __FILE__, true );
		}
	}
);

add_action(
	'plugins_loaded',
	static function () {
		// An update by upload runs no activation.
		if ( get_option( 'pomost_version' ) !== POMOST_VERSION ) {
			Pomost_Tables::install();
		}
		Pomost_Hooks::register();
		Pomost_Carts::register();
		Pomost_Consent::register();
		Pomost_Sharing::register();
		Pomost_Calls::register();
		Pomost_Push::register();
	}
);
