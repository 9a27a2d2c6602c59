namespace MfaMiddleware.Methods.Fido.Registration;

/// <summary>The framework's code asks for a user type; it never sees a user.</summary>
internal sealed class PreloadedUser;
