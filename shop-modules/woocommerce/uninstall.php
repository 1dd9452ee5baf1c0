<?php
// Leaves nothing behind but what shoppers said: consents stay with their accounts and orders.
defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/includes/class-pomost-tables.php';
Pomost_Tables::drop();
