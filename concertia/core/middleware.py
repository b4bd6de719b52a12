from django.utils.cache import add_never_cache_headers, patch_vary_headers


def private_pages_are_not_stored(get_response):
    """Keep what a signed-in person reads out of every shared or disk cache (fault class 22 of the norms)."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            patch_vary_headers(response, ("Cookie",))
        return response

    return middleware
