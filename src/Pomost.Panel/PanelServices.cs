using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pomost.Engine;
using Pomost.Panel.Features.AccountSettings;
using Pomost.Panel.Features.Contacts;
using Pomost.Panel.Features.Dashboard;
using Pomost.Panel.Features.Destinations;
using Pomost.Panel.Features.Export;
using Pomost.Panel.Features.Health;
using Pomost.Panel.Features.Keys;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Features.Mail;
using Pomost.Panel.Features.Modules;
using Pomost.Panel.Features.Profile;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Features.Stores;
using Pomost.Panel.Features.StoreSettings;
using Pomost.Panel.Web;

namespace Pomost.Panel;

public static class PanelServices
{
    /// <summary>Adds the panel. The host adds the engine's ports, and a store of people to the builder given back.</summary>
    public static IdentityBuilder AddPomostPanel(this IServiceCollection services, Action<PanelOptions>? configure = null)
    {
        services.AddOptions<PanelOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpContextAccessor();
        services.AddRazorComponents();
        // Polish letters need no escaping in a UTF-8 page.
        services.Configure<Microsoft.Extensions.WebEncoders.WebEncoderOptions>(options =>
            options.TextEncoderSettings = new System.Text.Encodings.Web.TextEncoderSettings(System.Text.Unicode.UnicodeRanges.All));
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "pomost_form";
            // frame-ancestors 'none' says it already, and more strictly.
            options.SuppressXFrameOptionsHeader = true;
        });
        // No field of a page is longer; files are counted for themselves.
        services.Configure<FormOptions>(options => (options.KeyLengthLimit, options.ValueLengthLimit) = (256, 64 * 1024));
        services.AddSingleton<PanelAssets>();
        services.AddSingleton<LoginAttempts>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<LoginWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<LoginWatch>());
        services.AddSingleton<Landing>();
        services.AddScoped<PanelRequest>();
        services.AddScoped<PanelAudit>();
        services.AddScoped<ShownOnce>();
        services.AddScoped<KeyDesk>();
        services.AddScoped<RegistrationDesk>();
        services.AddScoped<ProfileDesk>();
        services.AddSingleton<PanelAddress>();
        services.AddSingleton<PasswordWords>();
        services.AddSingleton<Letters>();
        services.AddSingleton<AddressLinks>();
        services.AddSingleton<AskedMails>();
        services.AddHostedService(provider => provider.GetRequiredService<AskedMails>());
        services.AddScoped<StoreDirectory>();
        services.AddScoped<Features.Contacts.SearchHits>();
        services.AddScoped<DestinationDesk>();
        services.AddScoped<AccountSettingsDesk>();
        services.AddSingleton<PluginAccess>();
        services.AddScoped<SettingsDesk>();
        services.AddScoped<ModulesDesk>();
        services.AddSingleton<StoreDrafts>();
        services.AddScoped<StartPage>();
        services.AddScoped<RunDesk>();
        services.AddSingleton<ILiveTopic, EventsTopic>();
        services.AddSingleton<ILiveTopic, ContactTopic>();
        services.AddSingleton<ILiveTopic, RunTopic>();
        services.AddSingleton<ILiveTopic, CheckTopic>();
        services.AddSingleton<ILiveTopic, SystemTopic>();
        services.AddAuthorization(PanelPolicies.Add);
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(ConfigureCookie);
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme, options => options.Cookie.Name = "pomost_step");
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            // A passkey stands for password and second factor, so the device asks who holds it, and it knows by itself whose it is.
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "required";
        });
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = NobodysPassword.Rounds);
        services.AddSingleton<NobodysPassword>();
        return services
            .AddIdentityCore<PomostUser>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.User.AllowedUserNameCharacters = "";
                options.Password = new PasswordOptions
                {
                    RequiredLength = WeakPasswords.ShortestAllowed,
                    RequireDigit = false,
                    RequireLowercase = false,
                    RequireUppercase = false,
                    RequireNonAlphanumeric = false,
                    RequiredUniqueChars = 1,
                };
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
                options.Tokens.PasswordResetTokenProvider = ResetLinks.ProviderName;
                options.Tokens.EmailConfirmationTokenProvider = ConfirmationLinks.ProviderName;
            })
            .AddUserManager<PanelUsers>()
            .AddSignInManager<PanelSignIn>()
            .AddDefaultTokenProviders()
            .AddTokenProvider<OneTimeCodes>(TokenOptions.DefaultAuthenticatorProvider)
            .AddTokenProvider<ResetLinks>(ResetLinks.ProviderName)
            .AddTokenProvider<ConfirmationLinks>(ConfirmationLinks.ProviderName);
    }

    static void ConfigureCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "pomost_person";
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.ExpireTimeSpan = PanelSessions.OneDay.AfterUse;
        options.LoginPath = "/login";
        options.ReturnUrlParameter = "back";
        // The script and the stream cannot follow a page; they need the plain answer.
        options.Events.OnRedirectToLogin = context =>
        {
            if (context.Request.Headers.ContainsKey("HX-Request") || context.Request.Path == "/stream")
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else
                // Without the host, which is whatever the request named.
                context.Response.Redirect("/login?back=" + Uri.EscapeDataString(context.Request.Path + context.Request.QueryString));
            return Task.CompletedTask;
        };
        options.Events.OnRedirectToAccessDenied = context => PanelFilter.DenyAsync(context.HttpContext);
        options.Events.OnSigningIn = PanelSessions.BeginAsync;
        options.Events.OnValidatePrincipal = PanelSessions.ValidateAsync;
    }
}
