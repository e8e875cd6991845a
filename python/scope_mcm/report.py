from .plan import Plan
def render(*plans: Plan) -> str:
    return "<html></html>"
