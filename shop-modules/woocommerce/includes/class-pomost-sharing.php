<?php
/** The box at both checkouts that asks whether data and order may be shared, and its page in wp-admin. An order placed without the box says nothing. */
final class Pomost_Sharing {
	public const OPTION = 'pomost_sharing';

	private const FIELD = 'pomost_sharing';
	private const ASKED = 'pomost_sharing_asked';
	private const BLOCK = 'pomost/sharing';
	private const PAGE  = 'pomost';

	private const DEFAULTS = array( 'shown' => '1', 'label' => '', 'field' => 'pomost_sharing_consent' );

	public static function register(): void {
		add_action( 'admin_init', array( self::class, 'setting' ) );
		add_action( 'admin_menu', array( self::class, 'menu' ), 60 );
		add_filter( 'option_page_capability_' . self::PAGE, static fn() => 'manage_woocommerce' );
		/** Filter: return false in a shop that asks by another plug-in. */
		if ( ! apply_filters( 'pomost_sharing_box', '1' === self::settings()['shown'] ) ) {
			return;
		}
		add_action( 'woocommerce_checkout_before_terms_and_conditions', array( self::class, 'box' ) );
		add_action( 'woocommerce_checkout_create_order', array( self::class, 'ordering' ) );
		add_action( 'woocommerce_init', array( self::class, 'block_box' ) );
		add_action( 'woocommerce_store_api_checkout_order_processed', array( self::class, 'ordered_in_blocks' ) );
	}

	/** What the first installation begins with. An update adds no box to a checkout that had none. */
	public static function begin( bool $is_update ): void {
		add_option( self::OPTION, array( 'shown' => $is_update ? '' : '1' ) + self::DEFAULTS, '', true );
	}

	public static function settings(): array {
		$stored = get_option( self::OPTION );
		return ( is_array( $stored ) ? $stored : array() ) + self::DEFAULTS;
	}

	/** The words beside the box, kept with each answer. */
	public static function label(): string {
		$label = trim( (string) self::settings()['label'] );
		/** Filter: the words beside the box. */
		return (string) apply_filters( 'pomost_sharing_label', '' !== $label ? $label : self::words( determine_locale() )['default'] );
	}

	public static function box(): void {
		// The classic checkout is drawn anew whenever a field changes; its whole form comes along as one text.
		parse_str( (string) wp_unslash( $_POST['post_data'] ?? '' ), $form );
		woocommerce_form_field( self::FIELD, array( 'type' => 'checkbox', 'label' => esc_html( self::label() ), 'required' => false ), empty( $form[ self::FIELD ] ) ? 0 : 1 );
		// A box left empty is not sent: this tells it from a box that was not there.
		echo '<input type="hidden" name="' . esc_attr( self::ASKED ) . '" value="1">';
	}

	public static function ordering( WC_Order $order ): void {
		// WooCommerce checked the form's own nonce before it made the order.
		if ( ! empty( $_POST[ self::ASKED ] ) ) {
			self::write( $order, ! empty( $_POST[ self::FIELD ] ), time() );
		}
	}

	public static function block_box(): void {
		if ( function_exists( 'woocommerce_register_additional_checkout_field' ) ) {
			woocommerce_register_additional_checkout_field(
				array(
					'id'       => self::BLOCK,
					'label'    => self::label(),
					'location' => 'order',
					'type'     => 'checkbox',
				)
			);
		}
	}

	public static function ordered_in_blocks( WC_Order $order ): void {
		$said = (string) $order->get_meta( '_wc_other/' . self::BLOCK );
		if ( '' !== $said ) {
			self::write( $order, '1' === $said, time() );
			$order->save();
		}
	}

	public static function setting(): void {
		register_setting( self::PAGE, self::OPTION, array( 'type' => 'array', 'sanitize_callback' => array( self::class, 'cleaned' ) ) );
	}

	public static function menu(): void {
		add_submenu_page( 'woocommerce', 'Pomost', 'Pomost', 'manage_woocommerce', self::PAGE, array( self::class, 'page' ) );
	}

	/** What was typed, as it is stored. A name that no field can have leaves the old one. */
	public static function cleaned( $typed ): array {
		$typed = is_array( $typed ) ? $typed : array();
		$field = trim( (string) ( $typed['field'] ?? '' ) );
		// The answer's date and wording stand in fields of this name with an ending.
		if ( '' !== $field && ! preg_match( '#^[A-Za-z0-9_./:-]{1,240}$#D', $field ) ) {
			add_settings_error( self::OPTION, 'field', self::words( get_user_locale() )['field_wrong'] );
			$field = self::settings()['field'];
		}
		return array(
			'shown' => empty( $typed['shown'] ) ? '' : '1',
			'label' => sanitize_textarea_field( (string) ( $typed['label'] ?? '' ) ),
			'field' => '' === $field ? self::DEFAULTS['field'] : $field,
		);
	}

	public static function page(): void {
		$now   = self::settings();
		$words = self::words( get_user_locale() );
		$name  = static fn( string $key ) => esc_attr( self::OPTION . "[$key]" );
		echo '<div class="wrap"><h1>' . esc_html( $words['title'] ) . '</h1>';
		settings_errors();
		echo '<p>' . esc_html( $words['intro'] ) . '</p><form action="options.php" method="post">';
		settings_fields( self::PAGE );
		echo '<table class="form-table" role="presentation"><tr><th scope="row">' . esc_html( $words['shown_title'] ) . '</th><td><label>'
			. '<input type="checkbox" name="' . $name( 'shown' ) . '" value="1"' . checked( '1', $now['shown'], false ) . '> ' . esc_html( $words['shown'] ) . '</label>'
			. '<p class="description">' . esc_html( $words['shown_help'] ) . '</p></td></tr>'
			. '<tr><th scope="row"><label for="pomost_label">' . esc_html( $words['label'] ) . '</label></th><td>'
			. '<textarea id="pomost_label" class="large-text" rows="3" name="' . $name( 'label' ) . '">' . esc_textarea( $now['label'] ) . '</textarea>'
			. '<p class="description">' . esc_html( sprintf( $words['label_help'], self::words( determine_locale() )['default'] ) ) . '</p></td></tr>'
			. '<tr><th scope="row"><label for="pomost_field">' . esc_html( $words['field'] ) . '</label></th><td>'
			. '<input id="pomost_field" class="regular-text" name="' . $name( 'field' ) . '" value="' . esc_attr( $now['field'] ) . '">'
			. '<p class="description">' . esc_html( $words['field_help'] ) . '</p></td></tr></table>';
		submit_button();
		echo '</form></div>';
	}

	private static function write( WC_Order $order, bool $agreed, int $now ): void {
		$field = self::settings()['field'];
		$order->update_meta_data( $field, $agreed ? '1' : '0' );
		$order->update_meta_data( $field . '_at', gmdate( 'Y-m-d\TH:i:s\Z', $now ) );
		$order->update_meta_data( $field . '_wording', self::label() );
	}

	private static function words( string $locale ): array {
		return str_starts_with( $locale, 'pl' ) ? array(
			'default'     => 'Zgadzam się na przekazanie moich danych i informacji o tym zamówieniu serwisowi SALESmanago, który współpracuje ze sklepem.',
			'title'       => 'Pomost: zgoda na przekazanie danych',
			'intro'       => 'Przy składaniu zamówienia sklep pyta klienta, czy może przekazać jego dane i zamówienie do SALESmanago. Odpowiedź zostaje przy zamówieniu razem z datą i treścią zgody.',
			'shown_title' => 'Pytanie o zgodę',
			'shown'       => 'Pokazuj je przy składaniu zamówienia',
			'shown_help'  => 'Pytanie jest potrzebne, gdy Pomost wysyła tylko osoby, które zgodziły się na to podczas składania zamówienia. Jeśli je wtedy ukryjesz, klient nie będzie mógł wyrazić zgody, więc nikt nowy nie zostanie wysłany do SALESmanago. Gdy Pomost wysyła wszystkich, ukryj pytanie: odpowiedź niczego wtedy nie zmienia.',
			'label'       => 'Treść zgody',
			'label_help'  => 'Zwykły tekst. Jeśli pole jest puste, klient zobaczy: „%s”',
			'field'       => 'Pole zamówienia',
			'field_help'  => 'W tym polu sklep zapisuje 1 (zgoda) albo 0 (brak zgody). Tę samą nazwę wpisz w Pomoście: ustawienia sklepu → zaawansowane → „Pole zamówienia ze zgodą na przekazanie danych”.',
			'field_wrong' => 'Nazwa pola może mieć litery bez polskich znaków, cyfry i znaki _ - . / : oraz najwyżej 240 znaków. Została poprzednia nazwa.',
		) : array(
			'default'     => 'I agree that my data and the details of this order are passed on to SALESmanago, a service this shop works with.',
			'title'       => 'Pomost: consent to share data',
			'intro'       => 'At the checkout the shop asks whether it may pass the customer\'s data and order on to SALESmanago. The answer stays with the order, with its date and these words.',
			'shown_title' => 'The question',
			'shown'       => 'Show it at the checkout',
			'shown_help'  => 'The question is needed when Pomost sends only people who agreed to it while ordering. If you hide it then, customers cannot agree, so nobody new is sent to SALESmanago. When Pomost sends everybody, hide it: the answer changes nothing then.',
			'label'       => 'Words of the consent',
			'label_help'  => 'Plain text. When it is empty, the customer reads: "%s"',
			'field'       => 'Order field',
			'field_help'  => 'The shop keeps 1 (agreed) or 0 (did not agree) in this field. Enter the same name in Pomost: store settings → advanced → "Order field with the consent to share data".',
			'field_wrong' => 'The name of a field may have plain letters, digits and the signs _ - . / : and at most 240 characters. The name before was kept.',
		);
	}
}
